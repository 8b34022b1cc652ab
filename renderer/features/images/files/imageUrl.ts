/** An image as a `data:` URL, which the page's policy lets be shown. */
export function imageUrl(mediaType: string, bytes: Uint8Array): string {
  // Arguments of a call are limited in number.
  const chunk = 0x8000;
  let binary = '';
  for (let at = 0; at < bytes.length; at += chunk) {
    binary += String.fromCharCode(...bytes.subarray(at, at + chunk));
  }
  return `data:${mediaType};base64,${btoa(binary)}`;
}

/** Whether two files hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
