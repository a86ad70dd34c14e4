"""The provider: what it says of itself, where people are sent, and what a code is worth.

Authorization code with PKCE, `state` and `nonce`; the ID token's signature, issuer, audience, age and
nonce are checked by Authlib and joserfc. Nothing is asked of the provider before somebody wants in.
"""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from kb.config import Settings

SCOPE = "openid email profile"
TIMEOUT_SECONDS = 8  # of each request to the provider; somebody waits
KNOWN_FOR_SECONDS = 3600  # after which the provider is asked about itself again
LEEWAY_SECONDS = 60  # by which clocks may differ
# Never "none", and no key that both sides share: whoever reads the page could sign with it.
ALGORITHMS = {
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
}


class ProviderUnavailable(RuntimeError):
    """The provider does not answer, or not as OpenID Connect says."""


class NotProved(RuntimeError):
    """What came back does not prove who is there."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send somebody, and what must be remembered until they are back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the provider says of somebody, and the ID token that says it."""

    claims: dict[str, Any]
    id_token: str


class Provider:
    """One provider, as the settings name it; its description and keys are kept for an hour."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._metadata: dict[str, Any] = {}
        self._keys: dict[str, Any] = {}
        self._asked_at = 0.0

    def depart(self, redirect_uri: str, *, again: bool = False) -> Departure:
        """Prepare a sign-in; `again` asks the provider to ask. Raises `ProviderUnavailable`."""
        kept = {"state": generate_token(32), "nonce": generate_token(32)}
        verifier = generate_token(64)
        more = {"prompt": "login", "max_age": "0"} if again else {}
        with self._http() as http:
            client = self._client(http, redirect_uri)
            address, _ = client.create_authorization_url(
                self._endpoint(http, "authorization_endpoint"),
                code_verifier=verifier,
                **kept,
                **more,
            )
        return Departure(address, kept["state"], kept["nonce"], verifier)

    def prove(self, code: str, *, verifier: str, nonce: str, redirect_uri: str) -> Proof:
        """Return what the provider says of whoever brought `code`.

        Raises `ProviderUnavailable` or `NotProved`.
        """
        with self._http() as http:
            token = self._token(http, code, verifier, redirect_uri)
            try:
                proved = self._checked(http, token, nonce)
            except (JoseError, AuthlibBaseError, ValueError) as error:
                raise NotProved(f"the ID token does not hold: {error}") from error
            claims = {**self._more(http, token, proved["sub"]), **proved}
            return Proof(claims, str(token["id_token"]))

    def end_of_session(self, back: str, hint: str = "") -> str:
        """Return where somebody signs out at the provider and comes `back`, "" where it has no such page.

        `hint` is the ID token of their sign-in. Raises `ProviderUnavailable`.
        """
        with self._http() as http:
            found = self._describe(http).get("end_session_endpoint")
        if not isinstance(found, str) or urlsplit(found).scheme not in {"https", "http"}:
            return ""
        said = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": back,
            "state": generate_token(16),  # some bring nobody back without one
        }
        if hint:
            said["id_token_hint"] = hint
        return str(add_params_to_uri(found, list(said.items())))

    def message(self, token: str) -> dict[str, Any]:
        """Return what a message of the provider says: signed by it, for this site, and not outlived.

        Raises `ProviderUnavailable` or `NotProved`.
        """
        wanted = JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._settings.oidc_issuer},
            aud={"essential": True, "value": self._settings.oidc_client_id},
        )
        with self._http() as http:
            try:
                decoded = self._decoded(http, token)
                claims = {**decoded.claims, "iss": str(decoded.claims.get("iss", "")).rstrip("/")}
                wanted.validate(claims)
            except (JoseError, ValueError) as error:
                raise NotProved(f"the message does not hold: {error}") from error
        return claims

    def _token(
        self, http: httpx.Client, code: str, verifier: str, redirect_uri: str
    ) -> dict[str, Any]:
        client = self._client(http, redirect_uri)
        try:
            token = client.fetch_token(
                self._endpoint(http, "token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                **self._proof(),
            )
        except httpx.HTTPError as error:
            raise ProviderUnavailable(f"no token: {error}") from error
        except (AuthlibBaseError, ValueError) as error:
            raise NotProved(f"the provider refuses the code: {error}") from error
        if "id_token" not in token:
            raise NotProved("the provider sends no ID token")
        return dict(token)

    def _checked(self, http: httpx.Client, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        decoded = self._decoded(http, token["id_token"])
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "values": [self._metadata["issuer"]]},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
            },
            {
                "nonce": nonce,
                "client_id": self._settings.oidc_client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=LEEWAY_SECONDS)
        return dict(claims)

    def _decoded(self, http: httpx.Client, token: str) -> jwt.Token:
        """Return a token that the provider has signed; keys are fetched anew when a new one has."""
        registry = JWSRegistry(algorithms=sorted(self._algorithms(http)), strict_check_header=False)
        try:
            return jwt.decode(token, self._keys_of(http, anew=False), registry=registry)
        except InvalidKeyIdError:
            return jwt.decode(token, self._keys_of(http, anew=True), registry=registry)

    def _keys_of(self, http: httpx.Client, *, anew: bool) -> KeySet:
        return KeySet.import_key_set(self._key_set(http, anew=anew))  # type: ignore[arg-type]

    def _more(self, http: httpx.Client, token: dict[str, Any], subject: str) -> dict[str, Any]:
        """Return what the provider tells beside the ID token, where it has such a page."""
        address = self._metadata.get("userinfo_endpoint")
        if not address or not token.get("access_token"):
            return {}
        found = self._json(
            http, address, headers={"Authorization": f"Bearer {token['access_token']}"}
        )
        if found.get("sub") != subject:
            raise NotProved("the provider tells of somebody else")
        return found

    def _algorithms(self, http: httpx.Client) -> set[str]:
        offered = self._describe(http).get("id_token_signing_alg_values_supported") or ["RS256"]
        return ALGORITHMS & set(offered)

    def _key_set(self, http: httpx.Client, *, anew: bool) -> dict[str, Any]:
        if anew or not self._keys:
            self._keys = self._json(http, self._endpoint(http, "jwks_uri"))
        return self._keys

    def _endpoint(self, http: httpx.Client, name: str) -> str:
        found = self._describe(http).get(name)
        if not isinstance(found, str):
            raise ProviderUnavailable(f"the provider does not name its {name}")
        return found

    def _describe(self, http: httpx.Client) -> dict[str, Any]:
        if not self._metadata or time.monotonic() - self._asked_at > KNOWN_FOR_SECONDS:
            issuer = self._settings.oidc_issuer
            found = self._json(http, f"{issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != issuer:
                raise ProviderUnavailable("the provider calls itself by another address")
            self._metadata, self._asked_at, self._keys = found, time.monotonic(), {}
        return self._metadata

    def _proof(self) -> dict[str, Any]:
        """Return how this site proves itself to the provider, in a way that the provider takes."""
        client_id, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret
        methods = self._metadata.get("token_endpoint_auth_methods_supported") or [
            "client_secret_basic"
        ]
        if secret and "client_secret_basic" in methods:
            return {"auth": (client_id, secret)}
        body = {"client_id": client_id} | ({"client_secret": secret} if secret else {})
        return {**body, "auth": _as_it_is}

    def _client(self, http: httpx.Client, redirect_uri: str) -> OAuth2Client:
        return OAuth2Client(
            http,
            client_id=self._settings.oidc_client_id,
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=TIMEOUT_SECONDS, headers={"Accept": "application/json"})

    def _json(self, http: httpx.Client, address: str, **more: Any) -> dict[str, Any]:
        try:
            answer = http.get(address, **more)
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ProviderUnavailable(f"{address}: {error}") from error
        if not isinstance(found, dict):
            raise ProviderUnavailable(f"{address} does not answer with an object")
        return found


def _as_it_is(request: httpx.Request) -> httpx.Request:
    return request
