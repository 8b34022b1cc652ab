/** Whether a text is one of the words that Go takes for true (strconv.ParseBool), which buildx and BuildKit go by. */
export function isGoTrue(text: string | undefined): boolean {
  return text !== undefined && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text);
}
