"""`kb worker`: the work beside answering requests, as a process of its own."""

import click


@click.command()
def worker() -> None:
    """Run the tasks of the site until interrupted.

    `kb serve` does this itself unless KB_WORKER=off; several workers may run at once.
    """
    from kb.factory import create_app
    from kb.schema import ensure
    from kb.worker.process import consume

    app = create_app()
    ensure(app)
    click.echo("The worker runs.  (Ctrl-C stops it)")
    consume(app)
