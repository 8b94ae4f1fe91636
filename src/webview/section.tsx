import type { ComponentChildren, VNode } from 'preact';

/** A part of an overview under its title. */
export function Section({ title, action, children }: { readonly title: string; readonly action?: ComponentChildren; readonly children: ComponentChildren }): VNode {
  return (
    <section class="section">
      <div class="section-title"><h2>{title}</h2>{action}</div>
      {children}
    </section>
  );
}
