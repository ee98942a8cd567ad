import { withId, type Route } from "../route";
import {
    createPlatformToken,
    deletePlatformToken,
    listPlatformTokens,
    putExpirationDate,
    putStatus,
} from "./platform-tokens";
import { issueBearer } from "./sso";

const id = /\/platform-tokens\/([^/]+)/;

/** Whole paths of the account API and its sign-on, which in Dynatrace are on hosts of their own. */
export const accountRoutes: Route[] = [
    [/^\/sso\/oauth2\/token$/, "tokens", { POST: issueBearer }],
    [/^\/iam\/v1\/accounts\/[^/]+\/platform-tokens$/, "tokens", { GET: listPlatformTokens, POST: createPlatformToken }],
    [/^\/iam\/v1\/accounts\/[^/]+\/platform-tokens\/[^/]+$/, "tokens", { DELETE: withId(deletePlatformToken, id) }],
    [
        /^\/iam\/v1\/accounts\/[^/]+\/platform-tokens\/[^/]+\/expiration-date$/,
        "tokens",
        { PUT: withId(putExpirationDate, id) },
    ],
    [/^\/iam\/v1\/accounts\/[^/]+\/platform-tokens\/[^/]+\/status$/, "tokens", { PUT: withId(putStatus, id) }],
];
