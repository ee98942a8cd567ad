/** A token's text: kind, public part (24 characters in most kinds, 8 in ActiveGate tokens), secret part. */
const TOKEN = /(dt0[a-z]\d{2}\.[a-z0-9]+)\.[a-z0-9]+/gi;

/**
 * Cuts every Dynatrace token in a text to its public id, which is safe to show: `dt0c01.ABC.SECRET` → `dt0c01.ABC.***`.
 *
 * @param secrets Further secrets to hide, e.g. a token of the form before Dynatrace 1.210, which cannot be told by its looks.
 * @see https://docs.dynatrace.com/docs/dynatrace-api/basics/dynatrace-api-authentication (format of tokens)
 */
export function redact(text: string, secrets: readonly string[] = []): string {
    const cut = text.replace(TOKEN, "$1.***");
    return secrets.filter((secret) => secret.length >= 8).reduce((rest, secret) => rest.replaceAll(secret, "***"), cut);
}

/** The public id of a token, `dt0c01.ABC`; undefined for text of another form. */
export function publicTokenId(token: string): string | undefined {
    return /^(dt0[a-z]\d{2}\.[a-z0-9]+)\.[a-z0-9]+$/i.exec(token)?.[1];
}
