import { CodeDiff } from '../../../ui/monaco/CodeDiff';
import { jsonLanguage } from './jsonTokens';

const options = {
  wordWrap: 'on',
  lineDecorationsWidth: 14,
  useInlineViewWhenSpaceIsLimited: true,
  // What differs is often far down in an index.
  hideUnchangedRegions: { enabled: true },
} as const;

/** Two JSON texts and where they differ. The labels are the editors' accessible names. */
export default function JsonDiff({
  before,
  after,
  beforeLabel,
  afterLabel,
  className,
}: {
  before: string;
  after: string;
  beforeLabel: string;
  afterLabel: string;
  /** Of the element around them, which says how large they are. */
  className: string | undefined;
}) {
  return (
    <CodeDiff
      before={before}
      after={after}
      beforeLabel={beforeLabel}
      afterLabel={afterLabel}
      language={jsonLanguage}
      options={options}
      className={className}
    />
  );
}
