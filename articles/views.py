"""The public pages: the same bytes for everyone, cached by whoever stands in front.

Somebody who has signed in may read more. What is made for them is kept by no cache.
"""

from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from articles import announcing, attachments, feeds
from articles.addresses import moved
from articles.audience import known_customer, reader
from articles.categories import Branch, path_to, tree
from articles.markdown import typeset
from articles.models import Article, Audience, Category, Kind, Revision, Translation
from articles.queries import (
    by_slug,
    category_at,
    in_categories,
    most_recent,
    published,
    without_category,
)
from articles.rendering import page_html, public_rendering
from kb.api.problems import is_for_programs
from kb.caching import KEPT_BY_NOBODY
from kb.db import db
from kb.locales import preferred_locale, settings

# Browsers ask again each time (a 304 costs nothing); shared caches may hold a page for a minute.
PAGE_CACHE_CONTROL = "public, max-age=0, s-maxage=60, must-revalidate"
# Browsers keep a file for ever; shared caches ask within the hour whether it is still for everyone.
FILE_CACHE_CONTROL = "public, max-age=31536000, s-maxage=3600, immutable"
RECENT_ARTICLES = 6
UNFILED_ARTICLES = 300  # of those without a category; more than this is a site that needs some

blueprint = Blueprint("articles", __name__, template_folder="templates")


def public_page(response: Response) -> AnyResponse:
    """Mark a page as the same for everyone, with an ETag, and answer 304 where it is known.

    One made for somebody who has signed in is theirs alone.
    """
    if reader() is not Audience.EVERYONE:
        response.headers["Cache-Control"] = KEPT_BY_NOBODY
        return response
    response.headers["Cache-Control"] = PAGE_CACHE_CONTROL
    response.add_etag()
    return response.make_conditional(request)


def keep_to_reader(response: Response) -> Response:
    """Let no cache keep an answer that was made for somebody who has signed in, whatever made it.

    The API says by itself who may keep what it answers.
    """
    if is_for_programs():
        return response
    if g.get("reader", Audience.EVERYONE) is not Audience.EVERYONE:
        kept = response.cache_control
        if not (kept.no_store or kept.private):
            response.headers["Cache-Control"] = KEPT_BY_NOBODY
            del response.headers["ETag"]
    return response


def offers_sign_in() -> bool:
    """Tell whether the page of a lost address offers to sign in: where some articles are not for all.

    It says the same at every address, so that nothing shows which one would lead somewhere.
    """
    if reader() is not Audience.EVERYONE:
        return False
    return bool(db.session.scalar(select(exists().where(Article.audience != Audience.EVERYONE))))


def site_root() -> str:
    """Return the public address of the site, without a final slash."""
    return settings().site_url.rstrip("/") or request.url_root.rstrip("/")


def address_of(translation: Translation, *, external: bool = False) -> str:
    """Return where readers find a translation."""
    path = url_for("articles.article", locale=translation.locale, slug=translation.slug)
    return site_root() + path if external else path


@blueprint.get("/")
def root() -> AnyResponse:
    """Send the visitor to their language."""
    response = redirect(url_for(".home", locale=preferred_locale(request, settings())))
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "public, max-age=0"
    return response


@blueprint.get("/<locale:locale>/")
def home() -> AnyResponse:
    """Show the question, the categories and what was written last."""
    html = render_template(
        "articles/home.html",
        categories=tree(g.locale),
        recent=db.session.scalars(most_recent(g.locale, RECENT_ARTICLES, reader=reader())).all(),
        unfiled=db.session.scalars(
            without_category(g.locale, UNFILED_ARTICLES, reader=reader())
        ).all(),
        alternates={locale: url_for(".home", locale=locale) for locale in settings().locales},
        canonical=site_root() + url_for(".home"),
    )
    return public_page(make_response(html))


@blueprint.get("/<locale:locale>/categories/<slug>")
def category(slug: str) -> AnyResponse:
    """List the articles of a category and of those below it."""
    found = db.session.scalar(category_at(g.locale, slug))
    branches = path_to(tree(g.locale), found.id if found else None)
    if found is None or not branches or branches[-1].slug != slug:
        return moved.category(slug) or abort(HTTPStatus.NOT_FOUND)
    here = branches[-1]
    shelves = [(branch, _articles_in(branch)) for branch in here.walk()]
    html = render_template(
        "articles/category.html",
        category=here,
        trail=branches[:-1],
        shelves=[(branch, articles) for branch, articles in shelves if articles],
        alternates=_category_alternates(found),
        canonical=site_root() + url_for(".category", slug=slug),
    )
    return public_page(make_response(html))


def _articles_in(branch: Branch) -> list[Translation]:
    return list(db.session.scalars(in_categories(g.locale, [branch.id], reader=reader())))


def _category_alternates(found: Category) -> dict[str, str]:
    return {
        name.locale: url_for(".category", locale=name.locale, slug=name.slug)
        for name in found.names
        if name.locale in settings().locales and path_to(tree(name.locale), found.id)
    }


@blueprint.get("/<locale:locale>/articles/")
@blueprint.get("/<locale:locale>/articles")
@blueprint.get("/<locale:locale>/categories/")
@blueprint.get("/<locale:locale>/categories")
def shortened() -> AnyResponse:
    """Send whoever cuts an address short to the page that lists everything."""
    return redirect(url_for(".home"), HTTPStatus.MOVED_PERMANENTLY)


@blueprint.get("/<locale:locale>/articles/<slug>/", defaults={"endpoint": ".article"})
@blueprint.get("/<locale:locale>/categories/<slug>/", defaults={"endpoint": ".category"})
def with_slash(slug: str, endpoint: str) -> AnyResponse:
    """Send an address with a final slash to the one address of the page."""
    left = moved.article(slug) if endpoint == ".article" else moved.category(slug)
    return left or redirect(url_for(endpoint, slug=slug), HTTPStatus.MOVED_PERMANENTLY)


@blueprint.get("/<locale:locale>/articles/<slug>")
def article(slug: str) -> AnyResponse:
    """Show an article; an address it had before redirects to where it is now."""
    translation = find(slug)
    if translation is None:
        return _moved(slug, "articles.article")
    rendering = public_rendering(translation)
    branches = tree(g.locale)
    trail = path_to(branches, translation.article.category_id)
    html = render_template(
        "articles/article.html",
        translation=translation,
        article=translation.article,
        body=page_html(translation, address_of),
        toc=rendering.toc,
        trail=trail,
        siblings=_articles_in(trail[-1]) if trail else [],
        alternates=_alternates(translation),
        canonical=address_of(translation, external=True),
    )
    return public_page(make_response(html))


def find(slug: str) -> Translation | None:
    """Return the translation at an address of the page's language that its reader may read."""
    words = joinedload(Translation.public_revision).joinedload(Revision.rendering)
    return db.session.scalar(by_slug(g.locale, slug, reader=reader()).options(words))


def _moved(slug: str, endpoint: str) -> AnyResponse:
    found = moved.article(slug, endpoint)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _alternates(translation: Translation) -> dict[str, str]:
    same = published(reader=reader()).where(Translation.article_id == translation.article_id)
    others = db.session.scalars(same)
    return {each.locale: address_of(each) for each in others if each.locale in settings().locales}


@blueprint.get("/<locale:locale>/articles/<slug>.md")
def article_source(slug: str) -> AnyResponse:
    """Give the article as Markdown, for people who quote it and programs that read it."""
    translation = find(slug)
    if translation is None:
        return _moved(slug, "articles.article_source")
    text = feeds.as_markdown(translation, lambda each: address_of(each, external=True), site_root())
    response = make_response(text)
    response.mimetype = "text/markdown"
    return public_page(response)


@blueprint.get("/attachments/<digest>/<path:filename>")
def attachment(digest: str, filename: str) -> AnyResponse:  # noqa: ARG001  (the name is for people)
    """Send a file shown in an article. Its address changes with its content, so it keeps for ever.

    One that only stands in articles for some readers is sent to these alone, and kept by no cache.
    """
    stored = attachments.find(digest)
    if stored is None:
        abort(HTTPStatus.NOT_FOUND)
    is_open = attachments.audience_of(digest) is Audience.EVERYONE
    if not (is_open or attachments.may_read(digest, reader(), request.args.get("pass", ""))):
        abort(HTTPStatus.NOT_FOUND)
    response = send_file(
        attachments.path_of(stored),
        mimetype=stored.media_type,
        conditional=is_open,
        as_attachment=not attachments.is_shown(stored),
        download_name=attachments.safe_name(stored.filename),
        etag=is_open,
    )
    response.headers["Cache-Control"] = FILE_CACHE_CONTROL if is_open else KEPT_BY_NOBODY
    # The widget shows pictures on other sites, some of which let in only what says that it may be.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    # An SVG opened by itself must not run anything.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    return response


@blueprint.get("/<locale:locale>/feed.atom")
def feed() -> AnyResponse:
    """Tell feed readers what changed."""
    newest = list(db.session.scalars(most_recent(g.locale, feeds.FEED_ENTRIES)))
    xml = feeds.atom(
        newest,
        title=settings().site_name,
        locale=g.locale,
        home=site_root() + url_for(".home"),
        here=site_root() + url_for(".feed"),
        address_of=lambda each: address_of(each, external=True),
    )
    response = make_response(xml)
    response.mimetype = "application/atom+xml"
    return public_page(response)


@blueprint.get("/sitemap.xml")
def sitemap() -> AnyResponse:
    """List every public article in every language for search engines."""
    everything = list(db.session.scalars(published().order_by(Translation.id)))
    homes = [site_root() + url_for(".home", locale=locale) for locale in settings().locales]
    xml = feeds.sitemap(everything, homes, lambda each: address_of(each, external=True))
    response = make_response(xml)
    response.mimetype = "application/xml"
    return public_page(response)


@blueprint.get("/robots.txt")
def robots() -> AnyResponse:
    """Keep crawlers out of the search and the studio."""
    hidden = [f"Disallow: /{locale}/search" for locale in settings().locales]
    lines = [
        "User-agent: *",
        *hidden,
        "Disallow: /studio",
        f"Sitemap: {site_root()}/sitemap.xml",
        "",
    ]
    response = make_response("\n".join(lines))
    response.mimetype = "text/plain"
    return public_page(response)


@blueprint.get("/llms.txt")
def llms() -> AnyResponse:
    """Describe the site to language models, with the Markdown address of every article."""
    text = feeds.llms(
        settings().site_name,
        {locale: _by_category(locale) for locale in settings().locales},
        lambda each: address_of(each, external=True),
    )
    response = make_response(text)
    response.mimetype = "text/plain"
    return public_page(response)


def _by_category(locale: str) -> list[tuple[str, list[Translation]]]:
    branches = tree(locale, Audience.EVERYONE)
    names = {branch.id: branch.name for top in branches for branch in top.walk()}
    grouped: dict[str, list[Translation]] = {}
    for translation in db.session.scalars(published(locale).order_by(Translation.title)):
        name = names.get(translation.article.category_id or 0, "")
        grouped.setdefault(name, []).append(translation)
    return sorted(grouped.items())


def init_app(app: Flask) -> None:
    """Serve the public pages."""
    app.register_blueprint(blueprint)
    moved.init_app(app)
    announcing.init_app(app)
    app.after_request(keep_to_reader)
    app.jinja_env.globals.update(
        known_customer=known_customer,
        address_of=address_of,
        category_tree=tree,
        offers_sign_in=offers_sign_in,
        site_root=site_root,
        Kind=Kind,
    )
    app.jinja_env.filters["typeset"] = typeset
