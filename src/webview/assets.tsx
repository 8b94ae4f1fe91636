import type { ComponentChildren, VNode } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type AssetPage, type AssetQuery, type AssetRow, type AssetSort, PAGE_ROWS } from '../model/assetPage';
import { assetIcon } from '../model/assetType';
import { inOrder, shortened } from '../model/line';
import type { Loaded } from '../protocol';
import { type Page, usePage } from './context';
import { Filter } from './filter';
import { type Column, Grid } from './grid';
import { Line } from './line';
import { Failed, Icon, Notice } from './parts';
import { rowAt, windowFor } from './window';
import { fill } from './words';

const sameQuery = (a: AssetQuery, b: AssetQuery): boolean => a.filter === b.filter && a.sort === b.sort && a.descending === b.descending;

/** All assets of the version, or files of the run. The host keeps the list; here are the rows around what is visible. */
export function Assets({ assets }: { readonly assets: Loaded<AssetPage> }): VNode {
  const { host, strings, count, number } = usePage();
  const [query, setQuery] = useState(host.memory.assets.query);
  const place = useRef({ row: host.memory.assets.row, top: host.memory.assets.top });
  const wish = useRef({ query, first: Math.max(0, place.current.top - PAGE_ROWS / 2) });
  const want = useCallback((first: number, of: AssetQuery) => {
    wish.current = { query: of, first };
    host.post({ kind: 'assets', query: of, first });
  }, [host]);
  useEffect(() => want(wish.current.first, wish.current.query), [want]);

  const ask = (next: AssetQuery): void => {
    setQuery(next);
    place.current = { row: 0, top: 0 };
    host.remember({ assets: { query: next, row: 0, top: 0 } });
    want(0, next);
  };
  const page = assets.status === 'shown' ? assets.value : undefined;
  const onWindow = useCallback((first: number) => {
    // What an old answer lacks is of no interest, nor what is on its way.
    if (page && sameQuery(page.query, wish.current.query) && first !== wish.current.first) {
      want(first, wish.current.query);
    }
  }, [page, want]);

  if (assets.status === 'failed') {
    return <Failed failure={assets} />;
  }
  return (
    <div class="list-page">
      <Filter text={query.filter} label={strings.texts.filterFiles} onChange={(filter) => ask({ ...query, filter })}>
        {page && (page.query.filter === '' ? count('files', page.total) : fill(strings.texts.matching, number(page.matched), count('files', page.total)))}
        {page && !page.complete && ` ${strings.texts.counting}`}
      </Filter>
      <AssetList page={page} place={place.current} onQuery={ask} onWindow={onWindow} />
    </div>
  );
}

interface ListProps {
  readonly place: { readonly row: number; readonly top: number };
  readonly onQuery: (query: AssetQuery) => void;
  readonly onWindow: (first: number) => void;
}

function AssetList({ page, ...props }: ListProps & { readonly page: AssetPage | undefined }): VNode {
  const { strings: { texts } } = usePage();
  if (page === undefined || (page.matched === 0 && !page.complete)) {
    return <Notice icon="loading" spin>{texts.loading}</Notice>;
  }
  if (page.matched === 0) {
    return <Notice>{page.total === 0 ? texts.noFiles : texts.noMatch}</Notice>;
  }
  // Another query is another list: it begins at its top.
  return <AssetGrid key={JSON.stringify(page.query)} page={page} {...props} />;
}

function AssetGrid({ page, place, onQuery, onWindow }: ListProps & { readonly page: AssetPage }): VNode {
  const context = usePage();
  const { host, strings: { tabs, texts } } = context;
  const { query, matched } = page;
  // Not every back end knows any; a column of nothing says nothing.
  const hasDigests = page.rows.some(({ sha256 }) => sha256 !== undefined);
  const columns: readonly Column<AssetSort>[] = [
    { id: 'name', label: texts.name, sort: 'name' },
    { id: 'size', label: texts.size, sort: 'size' },
    { id: 'type', label: texts.type, sort: 'type' },
    ...(hasDigests ? [{ id: 'digest', label: texts.digest }] : []),
  ];
  const remember = (change: { readonly row?: number; readonly top?: number }): void => host.remember({ assets: { ...host.memory.assets, query, ...change } });
  const onVisible = useCallback((from: number, to: number, top: number) => {
    remember({ top });
    const first = windowFor(page, { from, to }, matched, PAGE_ROWS);
    if (first !== undefined) {
      onWindow(first);
    }
  }, [page, matched, onWindow]);
  const open = (index: number): void => {
    const row = rowAt(page, index);
    if (row) {
      host.post({ kind: 'openAsset', path: row.path });
    }
  };
  const copyDigest = (event: KeyboardEvent, index: number): boolean => {
    const sha256 = rowAt(page, index)?.sha256;
    if (!((event.ctrlKey || event.metaKey) && event.key === 'c') || sha256 === undefined) {
      return false;
    }
    host.post({ kind: 'copyDigest', sha256 });
    return true;
  };
  return (
    <Grid
      kind={hasDigests ? 'assets' : 'plain-assets'} label={tabs.assets} columns={columns} count={matched} start={place.row} top={place.top}
      sorted={{ by: query.sort, descending: query.descending }}
      onSort={(sort) => onQuery({ ...query, sort, descending: sort === query.sort && !query.descending })}
      cells={(index) => {
        const row = rowAt(page, index);
        return row && assetCells(row, context).slice(0, columns.length);
      }}
      onActive={(row) => remember({ row })}
      onVisible={onVisible} onOpen={open} onKey={copyDigest}
    />
  );
}

function assetCells({ path, size, type, sha256, link }: AssetRow, { host, bytes, strings: { texts, types } }: Page): readonly ComponentChildren[] {
  const slash = path.lastIndexOf('/') + 1;
  return [
    <span key="name" class="path" title={inOrder(shortened(link === undefined ? path : `${path}\n${link}`, 2000))}>
      <Icon name={link === undefined ? assetIcon(type) : 'link'} />
      {slash > 0 && <Line class="folder">{path.slice(0, slash)}</Line>}
      <Line class="file">{path.slice(slash)}</Line>
      {link !== undefined && <span class="target faint"><span class="sr-only">{texts.remote} </span><Line>{link}</Line></span>}
    </span>,
    link !== undefined && size === 0 ? '' : bytes(size),
    types[type],
    sha256 !== undefined && (
      <button type="button" class="link digest" tabIndex={-1} title={`${texts.copyDigest}\n${sha256}`} onClick={() => host.post({ kind: 'copyDigest', sha256 })}>
        <code>{sha256.slice(0, 8)}</code>
      </button>
    ),
  ];
}
