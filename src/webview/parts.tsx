import type { ComponentChildren, VNode } from 'preact';
import type { Failure, PanelVerb } from '../protocol';
import { usePage } from './context';

/** One sentence in the place of content. */
export function Notice({ icon, spin, children }: {
  readonly icon?: string;
  readonly spin?: boolean;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <div class={spin ? 'notice waiting' : 'notice'} role="status">
      {icon !== undefined && <Icon name={icon} spin={spin} />}
      <p>{children}</p>
    </div>
  );
}

/** What went wrong, in the place of content, with the buttons that help. */
export function Failed({ failure: { sentence, signIn } }: { readonly failure: Failure }): VNode {
  return (
    <div class="notice" role="alert">
      <Icon name="warning" />
      <p>{sentence}</p>
      <div class="toolbar">
        {signIn && <VerbButton verb="signIn" primary />}
        <VerbButton verb="retry" />
      </div>
    </div>
  );
}

export function Icon({ name, spin }: { readonly name: string; readonly spin?: boolean | undefined }): VNode {
  return <span class={`codicon codicon-${name}${spin ? ' codicon-modifier-spin' : ''}`} aria-hidden="true" />;
}

/** A button of the page's toolbar. */
export function VerbButton({ verb, primary }: { readonly verb: PanelVerb; readonly primary?: boolean }): VNode {
  const { host, strings } = usePage();
  return (
    <button type="button" class={primary ? 'button' : 'button secondary'} onClick={() => host.post({ kind: 'verb', verb })}>
      {strings.verbs[verb]}
    </button>
  );
}

/** The same for what is done more rarely. */
export function VerbIcon({ verb, icon }: { readonly verb: PanelVerb; readonly icon: string }): VNode {
  const { host, strings } = usePage();
  return <IconButton icon={icon} label={strings.verbs[verb]} onClick={() => host.post({ kind: 'verb', verb })} />;
}

export function IconButton({ icon, label, onClick, pressed, disabled }: {
  readonly icon: string;
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}): VNode {
  return (
    <button type="button" class="icon-button" title={label} aria-label={label} aria-pressed={pressed} disabled={disabled} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

/** Looks like a link and is a button: where it leads is the host's business. */
export function LinkButton({ title, tabIndex, onClick, children }: {
  readonly title?: string;
  readonly tabIndex?: number;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}): VNode {
  return <button type="button" class="link" title={title} tabIndex={tabIndex} onClick={onClick}>{children}</button>;
}
