import type { types } from "@pulumi/kubernetes";
import { stringify } from "yaml";

import { caVolumes } from "../application-pods/exporter-env/variables";
import { shortHash } from "../shared/kubernetes";
import type { CheckedPlan, GatewayInputs } from "./plan";
import { PROFILES } from "./profiles";
import type { GatewaySettings, Plain } from "./settings";

/** Everything that follows from a gateway's plan. */
export interface GatewayDescription extends GatewaySettings {
    volumes: types.input.core.v1.Volume[];
    volumeMounts: types.input.core.v1.VolumeMount[];
    /** Undefined if the gateway has no file. */
    fileText?: string;
    /** Undefined if no ConfigMap is created. */
    configMapName?: string;
}

/** Settings of a gateway. The same plan always gives the same texts. */
export function describeGateway(plan: CheckedPlan, { gateway, namespace }: GatewayInputs): GatewayDescription {
    const profile = PROFILES[gateway];
    const { fileName, resource } = profile;
    const { file } = profile.settings(plan);
    const fileText = file && fileName && write(fileName, file);
    const made = namespace !== undefined && resource === undefined && fileText !== undefined;
    const configMapName = made ? `${plan.name}-${shortHash(fileText)}` : undefined;
    return {
        ...{ env: [], helmValues: {}, fields: [], notes: [] },
        ...profile.settings({ ...plan, configMapName }),
        ...caVolumes(plan.ca),
        fileText,
        configMapName,
    };
}

function write(fileName: string, content: Plain): string {
    return fileName.endsWith(".json")
        ? `${JSON.stringify(content, undefined, 2)}\n`
        : stringify(content, { aliasDuplicateObjects: false, lineWidth: 0 });
}
