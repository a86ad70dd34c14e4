"""Sign-in through a provider of identities, by OpenID Connect."""
