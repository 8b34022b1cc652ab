/** Registry credentials can't be read. The message names the file or helper and never holds a secret. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}
