import { monaco } from '../../ui/monaco/monaco';
import { languageId } from '../editor/dockerfileLanguage';
import { completionProvider } from './completionProvider';
import { fixProvider } from './fixProvider';
import {
  definitionProvider,
  foldingProvider,
  formattingProvider,
  highlightProvider,
  hoverProvider,
  referenceProvider,
  renameProvider,
  symbolProvider,
} from './navigationProviders';

let registered = false;

/** Teaches Monaco what a Dockerfile is, once for all editors. */
export function registerLanguageFeatures(): void {
  if (registered) return;
  registered = true;
  const { languages } = monaco;
  languages.registerCompletionItemProvider(languageId, completionProvider);
  languages.registerHoverProvider(languageId, hoverProvider);
  languages.registerDefinitionProvider(languageId, definitionProvider);
  languages.registerReferenceProvider(languageId, referenceProvider);
  languages.registerDocumentHighlightProvider(languageId, highlightProvider);
  languages.registerRenameProvider(languageId, renameProvider);
  languages.registerDocumentSymbolProvider(languageId, symbolProvider);
  languages.registerFoldingRangeProvider(languageId, foldingProvider);
  languages.registerDocumentFormattingEditProvider(languageId, formattingProvider);
  // On Linux Monaco has another key for it, which opens the developer tools here.
  monaco.editor.addKeybindingRule({
    keybinding: monaco.KeyMod.Shift | monaco.KeyMod.Alt | monaco.KeyCode.KeyF,
    command: 'editor.action.formatDocument',
    when: 'editorTextFocus && !editorReadonly',
  });
  languages.registerCodeActionProvider(languageId, fixProvider);
  // Monaco's own key for it cancels a build here.
  monaco.editor.addKeybindingRule({
    keybinding: monaco.KeyMod.Alt | monaco.KeyCode.Enter,
    command: 'editor.action.quickFix',
    when: 'editorHasCodeActionsProvider && textInputFocus && !editorReadonly',
  });
}
