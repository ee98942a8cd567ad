import { PACKAGE } from "./package-path";
import type { Kind } from "./tokens/registry";

/**
 * The provider as the state records it: JavaScript whose `handler()` returns the provider of a kind. Pulumi's host evaluates it
 * in the program's folder, years later too, so it needs nothing but Node.js, and a test freezes it.
 *
 * It looks for the package along `steps` and then from the program's folder, and loads the runtime that is installed there. A fix
 * in the runtime thus reaches resources created before the fix. When `handler()` throws, the host caches nothing and fails the
 * step: `delete` never counts as done.
 *
 * The text is small because each resource records it twice. `a` is the folder reached, `t` the folders tried.
 */
export function providerText(kind: Kind, steps: readonly string[]): string {
    const packageName = JSON.stringify(PACKAGE);
    const attempts = [steps.length === 1 && steps[0] === PACKAGE ? [] : [steps], [[PACKAGE]]].flat();
    const paths = JSON.stringify(attempts).replaceAll(packageName, "p");
    return (
        `exports.handler=()=>{const{createRequire:r}=require('module'),{existsSync:e,realpathSync:l}=require('fs'),` +
        `c=process.cwd(),p='${PACKAGE}',t=new Set;` +
        `for(const s of${paths}){let a=c,f;` +
        `for(const n of s){f=r(a+'/').resolve.paths(n).map(d=>d+'/'+n).find(d=>e(d+'/package.json'));if(f)a=l(f)}` +
        `if(f)return r(a+'/')(p+'/providers/runtime-v1').runtimeFor('${kind}');t.add(a)}` +
        "throw Error(`${p} not found from ${[...t].join(' or ')}: run npm install in ${c}, or add ${p} to ${c}/package.json`)}"
    );
}
