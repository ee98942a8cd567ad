import { present, type Properties, recordedAs } from "../properties";

/** What Dynatrace takes over OTLP. */
export type CheckedSignal = "traces" | "metrics" | "logs";

/** What records are sent with; another of these sends them again. */
export interface CheckTarget {
    otlpUrl: string;
    /** A hash after `check`. */
    token?: string;
    scheme: string;
    caCertificatePem?: string;
    signals: CheckedSignal[];
    trigger?: string;
}

/** The inputs after `check`. */
export interface IngestCheckInputs extends CheckTarget {
    component: string;
    route: string;
    timeoutSeconds: number;
    attempts: number;
}

/** The part of a target that is recorded as it is; the token's hash stands beside it, as a secret. */
export type AppliedTarget = Omit<CheckTarget, "token">;

/** All that is recorded of a check. */
export interface IngestCheckOutputs {
    /** ISO 8601. */
    checkedAt: string;
    /** 32 hexadecimal digits. */
    traceId: string;
    tokenId?: string;
    /** A hash. */
    token?: string;
    applied: AppliedTarget;
}

/** Inputs in one form: no key that holds nothing. */
export function readInputs(inputs: Properties): IngestCheckInputs {
    const given = recordedAs<IngestCheckInputs>(inputs);
    const { component, otlpUrl, route, token, scheme, caCertificatePem, signals, trigger } = given;
    const { timeoutSeconds, attempts } = given;
    return present({
        ...{ component, otlpUrl, route, token, scheme, caCertificatePem, signals, trigger },
        ...{ timeoutSeconds, attempts },
    });
}

/** What is recorded of a target besides the token. */
export function appliedOf({ otlpUrl, scheme, caCertificatePem, signals, trigger }: CheckTarget): AppliedTarget {
    return present({ otlpUrl, scheme, caCertificatePem, signals, trigger });
}
