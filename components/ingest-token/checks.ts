import { InputError } from "../input-error";
import { rendersToFiles } from "../rendering";
import { MINTING_FIELDS, SecretDelivery, type TokenSettingsArgs } from "./args";

/**
 * One source and one delivery: two would leave it open which of them counts.
 *
 * @throws InputError naming the field that has to go, or is missing.
 */
export function checkSources(component: string, args: TokenSettingsArgs): void {
    const conflict = (field: string, problem: string): never => {
        throw new InputError(component, field, problem);
    };
    const { secretDelivery: delivery, existingSecret, token } = args;
    if (delivery !== undefined && !Object.values(SecretDelivery).includes(delivery)) {
        conflict("secretDelivery", `"${String(delivery)}" is not known; use managed, referenced or none`);
    }
    if (existingSecret !== undefined) {
        for (const field of ["token", "secretName", "secretKey", "secretDelivery", ...MINTING_FIELDS] as const) {
            if (args[field] !== undefined) conflict(field, "has no effect beside existingSecret; keep one of the two");
        }
    }
    if (token !== undefined) {
        for (const field of ["apiUrl", ...MINTING_FIELDS] as const) {
            if (args[field] !== undefined) {
                conflict(field, "is only for a token made here, but token gives one; keep one of the two");
            }
        }
    }
    if (delivery === SecretDelivery.Referenced && args.secretName === undefined) {
        conflict(
            "secretName",
            "is needed with secretDelivery referenced: the name of the Secret that something else fills with the token",
        );
    }
    if (delivery === SecretDelivery.None && args.secretName !== undefined) {
        conflict("secretName", "has no effect with secretDelivery none; keep one of the two");
    }
    const managed = existingSecret === undefined && (delivery ?? SecretDelivery.Managed) === SecretDelivery.Managed;
    if (managed && args.allowRenderedSecret !== true && rendersToFiles()) {
        conflict(
            "secretDelivery",
            "managed would write the token in the clear into the rendered files (kubernetes:renderYamlToDirectory is set); " +
                "use referenced with a secretName, or allowRenderedSecret: true if nobody else reads these files",
        );
    }
}
