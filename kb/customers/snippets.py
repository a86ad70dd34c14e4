"""How a site signs for its customers, in the languages that sites are written in."""

from collections.abc import Mapping

PLAIN: Mapping[str, str] = {
    "Python": """\
import hashlib, hmac, time
from urllib.parse import quote, urlencode

def customer_token(secret, customer):
    fields = {**customer, "timestamp": int(time.time())}
    text = urlencode(sorted(fields.items()))
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{text}&signature={signature}"

token = customer_token(secret, {"sub": "4217", "name": "Ada Martin",
                                "email": "ada@example.org", "locale": "fr", "plan": "pro"})
address = "SITE/fr/?customer=" + quote(token, safe="")
""",
    "PHP": """\
function customer_token(string $secret, array $customer): string {
    $fields = $customer + ['timestamp' => time()];
    ksort($fields);
    $text = http_build_query($fields, '', '&');
    return $text . '&signature=' . hash_hmac('sha256', $text, $secret);
}

$token = customer_token($secret, ['sub' => '4217', 'name' => 'Ada Martin',
                                  'email' => 'ada@example.org', 'locale' => 'fr', 'plan' => 'pro']);
$address = 'SITE/fr/?customer=' . rawurlencode($token);
""",
    "Node": """\
import { createHmac } from "node:crypto";

function customerToken(secret, customer) {
  const fields = { ...customer, timestamp: Math.floor(Date.now() / 1000) };
  const text = new URLSearchParams(Object.entries(fields).sort()).toString();
  return `${text}&signature=${createHmac("sha256", secret).update(text).digest("hex")}`;
}

const token = customerToken(secret, { sub: "4217", name: "Ada Martin",
                                      email: "ada@example.org", locale: "fr", plan: "pro" });
const address = "SITE/fr/?customer=" + encodeURIComponent(token);
""",
    "Ruby": """\
require "openssl"
require "uri"

def customer_token(secret, customer)
  fields = customer.merge("timestamp" => Time.now.to_i)
  text = URI.encode_www_form(fields.sort)
  "#{text}&signature=#{OpenSSL::HMAC.hexdigest("SHA256", secret, text)}"
end

token = customer_token(secret, { "sub" => "4217", "name" => "Ada Martin",
                                 "email" => "ada@example.org", "locale" => "fr", "plan" => "pro" })
address = "SITE/fr/?" + URI.encode_www_form("customer" => token)
""",
}

JWT: Mapping[str, str] = {
    "Python": """\
import time
import jwt  # PyJWT

now = int(time.time())
token = jwt.encode({"sub": "4217", "name": "Ada Martin", "email": "ada@example.org",
                    "locale": "fr", "plan": "pro",
                    "aud": "SITE", "iat": now, "exp": now + 300},
                   private_key, algorithm="ALGORITHM", headers={"kid": "KEY"})
""",
    "PHP": """\
use Firebase\\JWT\\JWT;

$now = time();
$token = JWT::encode(['sub' => '4217', 'name' => 'Ada Martin', 'email' => 'ada@example.org',
                      'locale' => 'fr', 'plan' => 'pro',
                      'aud' => 'SITE', 'iat' => $now, 'exp' => $now + 300],
                     $privateKey, 'ALGORITHM', 'KEY');
""",
    "Node": """\
import jwt from "jsonwebtoken";

const token = jwt.sign({ sub: "4217", name: "Ada Martin", email: "ada@example.org",
                         locale: "fr", plan: "pro" },
                       privateKey, { algorithm: "ALGORITHM", keyid: "KEY",
                                     audience: "SITE", expiresIn: 300 });
""",
    "Ruby": """\
require "jwt"

now = Time.now.to_i
token = JWT.encode({ sub: "4217", name: "Ada Martin", email: "ada@example.org",
                     locale: "fr", plan: "pro",
                     aud: "SITE", iat: now, exp: now + 300 },
                   private_key, "ALGORITHM", { kid: "KEY" })
""",
}


def plain(site: str) -> dict[str, str]:
    """Return how the plain form is made, for this site."""
    return {language: text.replace("SITE", site) for language, text in PLAIN.items()}


def jwt(site: str, key_id: str, algorithm: str) -> dict[str, str]:
    """Return how a JWT is made, for this site and a key."""
    return {
        language: text.replace("SITE", site).replace("KEY", key_id).replace("ALGORITHM", algorithm)
        for language, text in JWT.items()
    }
