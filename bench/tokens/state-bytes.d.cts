/** Bytes of all dynamic resources together, in the text that `pulumi stack export` prints. */
export function dynamicBytes(exported: string): number;
