import type { types } from "@pulumi/kubernetes";

import { Field, type Fields } from "./fields";

type EnvVar = types.input.core.v1.EnvVar;
type EnvFromSource = types.input.core.v1.EnvFromSource;

const KEY_SELECTOR = { name: Field.NoFallback, key: Field.NoFallback, optional: Field.Any } as const;

/** The variables of a container. @see https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/ */
export const ENV_VAR_FIELDS: Fields<EnvVar> = {
    name: Field.NoFallback,
    value: Field.NoFallback,
    valueFrom: {
        secretKeyRef: KEY_SELECTOR,
        configMapKeyRef: KEY_SELECTOR,
        fieldRef: { apiVersion: Field.Any, fieldPath: Field.NoFallback },
        resourceFieldRef: { containerName: Field.Any, divisor: Field.Any, resource: Field.NoFallback },
        fileKeyRef: {
            key: Field.NoFallback,
            optional: Field.Any,
            path: Field.NoFallback,
            volumeName: Field.NoFallback,
        },
    },
};

/** Secrets and ConfigMaps whose keys become variables of a container. */
export const ENV_FROM_FIELDS: Fields<EnvFromSource> = {
    prefix: Field.Any,
    secretRef: { name: Field.NoFallback, optional: Field.Any },
    configMapRef: { name: Field.NoFallback, optional: Field.Any },
};
