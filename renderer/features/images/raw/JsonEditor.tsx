import { CodeText } from '../../../ui/monaco/CodeText';
import { jsonLanguage } from './jsonTokens';

const options = {
  wordWrap: 'on',
  folding: true,
  foldingStrategy: 'indentation',
  showFoldingControls: 'always',
  lineDecorationsWidth: 14,
} as const;

/** A JSON text to read: it folds, and Ctrl+F searches it. Tab moves on. */
export default function JsonEditor({
  label,
  value,
  className,
}: {
  label: string;
  value: string;
  /** Of the element around it, which says how large it is. */
  className: string | undefined;
}) {
  return (
    <CodeText label={label} value={value} language={jsonLanguage} options={options} className={className} />
  );
}
