import type { CSSProperties } from 'react';
import { glyphOf } from '../../../ui/PlatformGlyph';

/** Makes the platform's colour known to the style sheet; its glyph and name always stand beside it. */
export function platformColour(platform: string): CSSProperties {
  return { '--plat': `var(${glyphOf(platform).token})` } as CSSProperties;
}
