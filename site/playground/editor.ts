import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import schema from '../../policy.schema.json' with { type: 'json' };
import { completionAt, type Schema } from './completion.js';
import type { Trouble } from './policy-text.js';

/** A place to write a policy in. */
export interface Editor {
  /** Replaces the text, if it is another one. */
  write(text: string): void;
  mark(troubles: readonly Trouble[]): void;
  /** Puts the cursor on something. */
  show(from: number): void;
  close(): void;
}

const colour = (name: string) => `var(--pg-code-${name})`;

const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.propertyName, color: colour('key') },
  { tag: tags.string, color: colour('text') },
  { tag: [tags.number, tags.bool, tags.null], color: colour('value') },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: colour('sign') },
]);

/** JSON has no comments, and so its grammar knows none. A text may look like one: `"https://..."`. */
const COMMENTS = new MatchDecorator({
  regexp: /"(?:\\.|[^"\\])*"|\/\/.*|\/\*.*?\*\//g,
  decorate(add, from, to, [found]) {
    if (!found.startsWith('"')) add(from, to, Decoration.mark({ class: 'pg-comment' }));
  },
});

const comments = ViewPlugin.define<{
  marks: DecorationSet;
  update(update: Parameters<typeof COMMENTS.updateDeco>[0]): void;
}>(
  (view) => ({
    marks: COMMENTS.createDeco(view),
    update(update) {
      this.marks = COMMENTS.updateDeco(update, this.marks);
    },
  }),
  { decorations: ({ marks }) => marks },
);

/** Makes an editor. Tab leaves it, as it leaves any field: nobody is trapped. */
export function makeEditor(place: HTMLElement, label: string, onChange: (text: string) => void): Editor {
  let isOurs = false;
  const extensions = [
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    json(),
    syntaxHighlighting(HIGHLIGHT),
    autocompletion({ override: [suggest], icons: false }),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
    comments,
    EditorView.theme({ '.cm-content': { padding: '12px 0' } }),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged && !isOurs) onChange(state.doc.toString());
    }),
  ];
  const view = new EditorView({ parent: place, state: EditorState.create({ extensions }) });
  return {
    write(text) {
      const old = view.state.doc;
      if (old.toString() === text) return;
      isOurs = true;
      view.dispatch({ changes: { from: 0, to: old.length, insert: text } });
      isOurs = false;
      view.requestMeasure();
    },
    mark: (troubles) => view.dispatch(setDiagnostics(view.state, diagnosticsOf(troubles, view.state.doc.length))),
    show(from) {
      view.dispatch({ selection: { anchor: Math.min(from, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

function diagnosticsOf(troubles: readonly Trouble[], most: number): Diagnostic[] {
  return troubles.map(({ from, to, path, message }) => ({
    ...{ from: Math.min(from, most), to: Math.min(to, most), severity: 'error' },
    message: path === '' ? message : `${path}: ${message}`,
  }));
}

type Suggest = NonNullable<NonNullable<Parameters<typeof autocompletion>[0]>['override']>[number];

const suggest: Suggest = ({ state, pos, explicit }) => {
  const found = completionAt(schema as Schema, state.doc.toString(), pos);
  if (found === null || (found.from === pos && !explicit)) return null;
  const options = found.suggestions.map(({ label, text, about }) => {
    const shown = label.startsWith('"') ? label : JSON.stringify(label);
    return { label: text.startsWith('"') ? shown : label, displayLabel: label, apply: text, info: about };
  });
  return { from: found.from, to: found.to, options };
};
