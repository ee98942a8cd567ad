import { AiGateway } from "./args";
import { agentgateway, agentgatewayKubernetes } from "./gateways/agentgateway";
import { generic, openLit, openLlmetry, vercelAiSdk } from "./gateways/applications";
import { bifrost } from "./gateways/bifrost";
import { cloudflare } from "./gateways/cloudflare";
import { envoyAiGateway } from "./gateways/envoy-ai-gateway";
import { kong } from "./gateways/kong";
import { liteLlm, liteLlmV2 } from "./gateways/litellm";
import { mlFlow } from "./gateways/mlflow";
import { portkey } from "./gateways/portkey";
import { traceloopHub } from "./gateways/traceloop-hub";
import { trueFoundry, trueFoundrySelfHosted } from "./gateways/truefoundry";
import type { GatewayProfile } from "./settings";

/** Facts about each gateway. */
export const PROFILES: Record<AiGateway, GatewayProfile> = {
    [AiGateway.TrueFoundry]: trueFoundry,
    [AiGateway.TrueFoundrySelfHosted]: trueFoundrySelfHosted,
    [AiGateway.LiteLlm]: liteLlm,
    [AiGateway.LiteLlmV2]: liteLlmV2,
    [AiGateway.EnvoyAiGateway]: envoyAiGateway,
    [AiGateway.Agentgateway]: agentgateway,
    [AiGateway.AgentgatewayKubernetes]: agentgatewayKubernetes,
    [AiGateway.Kong]: kong,
    [AiGateway.Portkey]: portkey,
    [AiGateway.Bifrost]: bifrost,
    [AiGateway.TraceloopHub]: traceloopHub,
    [AiGateway.Cloudflare]: cloudflare,
    [AiGateway.MlFlow]: mlFlow,
    [AiGateway.VercelAiSdk]: vercelAiSdk,
    [AiGateway.OpenLlmetry]: openLlmetry,
    [AiGateway.OpenLit]: openLit,
    [AiGateway.Generic]: generic,
};
