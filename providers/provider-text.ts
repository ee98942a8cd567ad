import { PACKAGE } from "./package-path";
import type { Kind } from "./tokens/registry";

/**
 * The provider as the state records it: JavaScript whose `handler()` returns the provider of a kind. Pulumi's host evaluates it
 * in the program's folder, years later too, so it needs nothing but Node.js, and a test freezes it.
 *
 * It loads the runtime that is installed in the program's folder, so a fix in the runtime reaches resources created before the fix.
 * When `handler()` throws, the host caches nothing and fails the step: `delete` never counts as done.
 *
 * The text is small because each resource records it twice, and the engine writes the whole state after each step.
 *
 * @param steps from the program's folder to this package, as `stepsToThisPackage` returns them.
 */
export function providerText(kind: Kind, steps: readonly string[]): string {
    return steps.length === 1 && steps[0] === PACKAGE ? direct(kind) : alongSteps(kind, steps);
}

/** For a program that lists this package itself. `c` is the program's folder. */
function direct(kind: Kind): string {
    return (
        `exports.handler=()=>{const c=process.cwd(),p='${PACKAGE}',f=n=>require.resolve(p+n,{paths:[c]});` +
        "try{f('/package.json')}" +
        "catch{throw Error(`${p} not found from ${c}: run npm install there, or add ${p} to its package.json`)}" +
        `return require(f('/providers/runtime-v1')).runtimeFor('${kind}')}`
    );
}

/** For a package behind other packages. `a` is the folder reached, `t` the folders tried. It also looks in the program's folder. */
function alongSteps(kind: Kind, steps: readonly string[]): string {
    const paths = JSON.stringify([steps, [PACKAGE]]).replaceAll(JSON.stringify(PACKAGE), "p");
    return (
        `exports.handler=()=>{const{createRequire:r}=require('module'),{existsSync:e,realpathSync:l}=require('fs'),` +
        `c=process.cwd(),p='${PACKAGE}',t=new Set;` +
        `for(const s of${paths}){let a=c,f;` +
        `for(const n of s){f=r(a+'/').resolve.paths(n).map(d=>d+'/'+n).find(d=>e(d+'/package.json'));if(f)a=l(f)}` +
        `if(f)return r(a+'/')(p+'/providers/runtime-v1').runtimeFor('${kind}');t.add(a)}` +
        "throw Error(`${p} not found from ${[...t].join(' or ')}: run npm install in ${c}, or add ${p} to ${c}/package.json`)}"
    );
}
