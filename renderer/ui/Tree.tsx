import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent, MouseEvent, ReactNode, RefObject } from 'react';
import styles from './Tree.module.css';

export interface TreeNode {
  id: string;
  /** Accessible name of the tree item, which is shown. */
  name: string;
  icon?: ReactNode;
  /** What else the row says, beside the name and on a second line; it describes the item. */
  beside?: ReactNode;
  below?: ReactNode;
  /** The second line while the children are folded away. */
  belowFolded?: ReactNode;
  /** Buttons without text at the row's end. They are inside of the item: a tree has items only. */
  actions?: ReactNode;
  children?: readonly TreeNode[];
}

interface VisibleNode {
  node: TreeNode;
  level: number;
  parent: string | undefined;
  position: number;
  siblings: number;
}

/** Above this number of visible rows, only those in sight are drawn. */
const manyRows = 150;

/**
 * A tree after the ARIA pattern: arrows move, right and left unfold and fold, Enter and a click choose.
 *
 * @param scroller the element that scrolls the tree; needed where it can have many rows
 */
export function Tree({
  label,
  nodes,
  selected,
  defaultExpanded = [],
  onSelect,
  onMenu,
  scroller,
  rowHeight = 26,
}: {
  label: string;
  nodes: readonly TreeNode[];
  selected?: string | undefined;
  /** Ids of the nodes that are unfolded at first. */
  defaultExpanded?: readonly string[];
  onSelect?: (id: string) => void;
  /** A context menu was asked for, by the pointer or by keys. */
  onMenu?: (id: string) => void;
  scroller?: RefObject<HTMLElement | null>;
  rowHeight?: number;
}) {
  const [expanded, setExpanded] = useState(() => new Set(defaultExpanded));
  const [active, setActive] = useState<string>();
  const baseId = useId();
  const tree = useRef<HTMLDivElement>(null);
  const focusNext = useRef<string>(undefined);

  const rows = visibleNodes(nodes, expanded);
  const anyFolds = nodes.some((node) => (node.children?.length ?? 0) > 0);
  const current =
    rows.find((row) => row.node.id === active) ?? rows.find((row) => row.node.id === selected) ?? rows[0];
  const isVirtual = scroller !== undefined && rows.length > manyRows;
  const virtualizer = useVirtualizer({
    count: isVirtual ? rows.length : 0,
    getScrollElement: () => scroller?.current ?? null,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.node.id ?? index,
    overscan: 12,
    scrollMargin: tree.current?.offsetTop ?? 0,
  });

  useEffect(() => {
    if (focusNext.current === undefined) return;
    const item = tree.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(focusNext.current)}"]`);
    if (item === null || item === undefined) return;
    focusNext.current = undefined;
    item.focus();
  });

  const moveTo = (row: VisibleNode | undefined): void => {
    if (row === undefined) return;
    focusNext.current = row.node.id;
    setActive(row.node.id);
    if (isVirtual) virtualizer.scrollToIndex(rows.indexOf(row));
  };
  const fold = (id: string, open: boolean): void => {
    const next = new Set(expanded);
    if (open) next.add(id);
    else next.delete(id);
    setExpanded(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // An item's buttons, and menus that they open, have keys of their own.
    if (event.target !== event.currentTarget) return;
    if (current === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.indexOf(current);
    const { id } = current.node;
    if (onMenu !== undefined && (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10'))) {
      event.preventDefault();
      onMenu(id);
      return;
    }
    const folds = (current.node.children?.length ?? 0) > 0;
    const actions: Record<string, () => void> = {
      ArrowDown: () => moveTo(rows[at + 1]),
      ArrowUp: () => moveTo(rows[at - 1]),
      Home: () => moveTo(rows[0]),
      End: () => moveTo(rows.at(-1)),
      ArrowRight: () =>
        folds && !expanded.has(id) ? fold(id, true) : folds ? moveTo(rows[at + 1]) : undefined,
      ArrowLeft: () =>
        folds && expanded.has(id)
          ? fold(id, false)
          : moveTo(rows.find((row) => row.node.id === current.parent)),
      Enter: () => onSelect?.(id),
      ' ': () => onSelect?.(id),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };

  const item = (
    row: VisibleNode,
    style: CSSProperties,
    measure?: (element: HTMLElement | null) => void,
    index = 0,
  ) => {
    const { node } = row;
    const folds = (node.children?.length ?? 0) > 0;
    const open = expanded.has(node.id);
    const below = node.below ?? (folds && !open ? node.belowFolded : undefined);
    const described = node.beside !== undefined || below !== undefined;
    // Ids must not hold spaces.
    const descriptionId = `${baseId}-${encodeURIComponent(node.id)}`;
    return (
      <div
        key={node.id}
        ref={measure}
        data-index={index}
        role="presentation"
        className={`${styles.row} ${node.id === selected ? styles.selected : ''}`}
        style={{ ...style, '--indent': `${(row.level - 1) * 16}px` } as CSSProperties}
        {...(onMenu === undefined
          ? {}
          : {
              onContextMenu: (event: MouseEvent) => {
                event.preventDefault();
                onMenu(node.id);
              },
            })}
      >
        {anyFolds && (
          <button
            type="button"
            tabIndex={-1}
            aria-hidden="true"
            className={`${styles.twist} ${open ? styles.twistOpen : ''}`}
            disabled={!folds}
            onClick={() => fold(node.id, !open)}
          >
            {folds && <ChevronRight size={12} strokeWidth={1.5} />}
          </button>
        )}
        {node.icon}
        <span className={styles.content}>
          <span className={styles.line}>
            <span
              data-id={node.id}
              role="treeitem"
              title={node.name}
              {...(node.actions === undefined ? {} : { 'aria-label': node.name })}
              aria-level={row.level}
              aria-posinset={row.position}
              aria-setsize={row.siblings}
              aria-selected={node.id === selected}
              aria-describedby={described ? `${descriptionId} ${descriptionId}-2` : undefined}
              {...(folds ? { 'aria-expanded': open } : {})}
              tabIndex={row === current ? 0 : -1}
              className={styles.item}
              onFocus={() => setActive(node.id)}
              onClick={(event) => {
                if (isOwn(event)) onSelect?.(node.id);
              }}
              onKeyDown={onKeyDown}
            >
              {node.name}
              {node.actions !== undefined && <span className={styles.actions}>{node.actions}</span>}
            </span>
            <span id={descriptionId} className={styles.beside}>
              {node.beside}
            </span>
          </span>
          {below !== undefined && <span id={`${descriptionId}-2`}>{below}</span>}
        </span>
      </div>
    );
  };

  return (
    <div ref={tree} role="tree" aria-label={label} className={styles.tree}>
      {isVirtual ? (
        <div role="presentation" style={{ position: 'relative', height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((virtual) => {
            const row = rows[virtual.index];
            const top = virtual.start - virtualizer.options.scrollMargin;
            const style: CSSProperties = { position: 'absolute', top, left: 0, right: 0 };
            return row === undefined ? null : item(row, style, virtualizer.measureElement, virtual.index);
          })}
        </div>
      ) : (
        rows.map((row) => item(row, {}))
      )}
    </div>
  );
}

/** Whether an item itself was clicked: none of its buttons, and nothing that lies over the page. */
function isOwn({ target, currentTarget }: MouseEvent): boolean {
  return target instanceof Element && currentTarget.contains(target) && target.closest('button') === null;
}

function visibleNodes(
  nodes: readonly TreeNode[],
  expanded: ReadonlySet<string>,
  level = 1,
  parent?: string,
): VisibleNode[] {
  return nodes.flatMap((node, index) => {
    const own: VisibleNode = { node, level, parent, position: index + 1, siblings: nodes.length };
    if (node.children === undefined || !expanded.has(node.id)) return [own];
    return [own, ...visibleNodes(node.children, expanded, level + 1, node.id)];
  });
}
