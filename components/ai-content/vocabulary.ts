/** The families of attribute names in which gateways and SDKs describe a call to a model. */
export const Vocabulary = {
    /** OpenTelemetry's current conventions. */
    OpenTelemetry: "otel",
    /** OpenTelemetry's conventions up to 1.36, and OpenLLMetry's variant of them. */
    OpenLlmetry: "openllmetry",
    OpenInference: "openinference",
    VercelAiSdk: "vercel",
    TrueFoundry: "truefoundry",
    LiteLlm: "litellm",
    Bifrost: "bifrost",
} as const;
export type Vocabulary = (typeof Vocabulary)[keyof typeof Vocabulary];

/** Attributes of a vocabulary by what they hold. An attribute in neither list is not changed. */
interface Terms {
    /** Prompts, answers, documents, tools and their arguments, embeddings. */
    content: string[];
    /** Identities: user, key, e-mail address, IP address. */
    identity: string[];
}

/** The most frequent providers, as LiteLLM spells them. @see https://docs.litellm.ai/docs/providers */
const LITELLM_PROVIDERS =
    "anthropic,azure,azure_ai,azure_text,bedrock,cohere,cohere_chat,custom_openai,databricks,deepseek,fireworks_ai,gemini,groq," +
    "hosted_vllm,huggingface,mistral,ollama,ollama_chat,openai,openrouter,sagemaker,text-completion-openai,together_ai,vertex_ai,vllm,xai";

/**
 * Full names of attributes. `.*` at the end stands for the name itself and all names below it, `N` for a number, `*` elsewhere for any
 * text without a dot, `{a,b}` for one of these.
 *
 * No list contains the attributes of costs and token counts: `gen_ai.usage.*`, `gen_ai.cost.*`, `llm.token_count.*`, `llm.usage.*`, `ai.usage.*`.
 */
export const VOCABULARIES: Record<Vocabulary, Terms> = {
    /** @see https://github.com/open-telemetry/semantic-conventions-genai/tree/main/docs */
    otel: {
        content: [
            "gen_ai.input.messages.*",
            "gen_ai.output.messages.*",
            "gen_ai.system_instructions.*",
            "gen_ai.tool.definitions.*",
            "gen_ai.tool.call.arguments.*",
            "gen_ai.tool.call.result.*",
            "gen_ai.retrieval.documents.*",
            "gen_ai.retrieval.query.text",
            "gen_ai.memory.records.*",
            "gen_ai.memory.query.text",
            "gen_ai.evaluation.explanation",
            "gen_ai.event.content.*",
        ],
        identity: [
            "user.id",
            "user.name",
            "user.full_name",
            "user.email",
            "user.hash",
            "user.roles",
            "enduser.*",
            "client.address",
            "client.socket.address",
            "source.address",
            "network.peer.address",
            "net.peer.ip",
            "net.sock.peer.addr",
            "http.client_ip",
            "http.request.header.*",
            "user_agent.original",
            "http.user_agent",
        ],
    },
    /** @see https://github.com/traceloop/openllmetry/blob/main/packages/opentelemetry-semantic-conventions-ai/opentelemetry/semconv_ai/__init__.py */
    openllmetry: {
        content: [
            // Not all below gen_ai.prompt: gen_ai.prompt.name is the name of a template.
            "gen_ai.prompt",
            "gen_ai.prompt.N.*",
            "gen_ai.completion",
            "gen_ai.completion.N.*",
            "gen_ai.task.input.*",
            "gen_ai.task.output.*",
            "llm.prompts.*",
            "llm.completions.*",
            "llm.prompt.*",
            "llm.completion.*",
            "llm.request.functions.*",
            "llm.headers.*",
            "traceloop.entity.input.*",
            "traceloop.entity.output.*",
            "traceloop.prompt.template*",
            "traceloop.prompt.template_variables.*",
        ],
        identity: ["llm.user", "gen_ai.request.user", "gen_ai.user", "traceloop.association.properties.*"],
    },
    /** @see https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md */
    openinference: {
        content: [
            "input.value",
            "output.value",
            "input.documents.*",
            "output.documents.*",
            "input.images.*",
            "output.images.*",
            "llm.input_messages.*",
            "llm.output_messages.*",
            "llm.choices.*",
            "llm.tools.*",
            "llm.function_call.*",
            "llm.invocation_parameters.*",
            "llm.prompt_template.*",
            "message.content.*",
            "message.contents.*",
            "message.tool_calls.*",
            "message.function_call_arguments_json",
            "document.content",
            "document.metadata.*",
            "tool.parameters.*",
            "tool.json_schema.*",
            "tool_call.function.arguments",
            "retrieval.documents.*",
            "embedding.text",
            "embedding.vector.*",
            "embedding.embeddings.*",
            "reranker.query",
            "reranker.input_documents.*",
            "reranker.output_documents.*",
        ],
        identity: ["user.id"],
    },
    /** @see https://ai-sdk.dev/docs/ai-sdk-core/telemetry#collected-data */
    vercel: {
        content: [
            "ai.prompt.*",
            "ai.response.text.*",
            "ai.response.object.*",
            "ai.response.toolCalls.*",
            "ai.response.files.*",
            "ai.response.reasoning.*",
            "ai.response.providerMetadata.*",
            "ai.result.*",
            "ai.toolCall.args.*",
            "ai.toolCall.result.*",
            "ai.value.*",
            "ai.values.*",
            "ai.embedding.*",
            "ai.embeddings.*",
            "ai.documents.*",
            "ai.ranking.*",
            "ai.schema.*",
        ],
        identity: ["ai.telemetry.metadata.*", "ai.request.headers.*"],
    },
    /** @see https://www.truefoundry.com/docs/ai-gateway/export-opentelemetry-data */
    truefoundry: {
        content: ["tfy.input.*", "tfy.output.*", "tfy.input_short_hand.*", "tfy.prompt_variables.*"],
        identity: ["tfy.request.metadata.*", "tfy.request.created_by_subject.*"],
    },
    /** @see https://github.com/BerriAI/litellm/blob/main/litellm/integrations/opentelemetry.py */
    litellm: {
        content: [
            "llm.*.{messages,content,contents,choices,candidates,system,tools,data}.*",
            "llm.*.{optional_params,extra_body,stringified_raw_response}.*",
            // Not below any provider's name: llm.cost.input and llm.token_count.prompt are no texts.
            `llm.{${LITELLM_PROVIDERS}}.{input,output,prompt,completion}.*`,
            "litellm.guardrail.response.*",
            "guardrail_response",
            "metadata.spend_logs_metadata.*",
            "metadata.vector_store_request_metadata.*",
            "metadata.mcp_tool_call_metadata.*",
            "metadata.prompt_management_metadata.*",
        ],
        identity: [
            // Headers of the request are in requester_metadata.
            "metadata.requester_*",
            "metadata.requester_metadata.*",
            "metadata.user_api_key_*",
            "metadata.user_agent",
            "metadata.end_user*",
            "hidden_params.*",
            "litellm.metadata.requester_*",
            "litellm.metadata.user_api_key_*",
            "litellm.end_user.*",
            "litellm.api_key.*",
            "user_id",
        ],
    },
    /** @see https://github.com/maximhq/bifrost/blob/main/core/schemas/trace.go */
    bifrost: {
        content: [
            "gen_ai.input.{text,speech,embedding}.*",
            "gen_ai.request.{prompt,instructions,suffix,tools}.*",
            "gen_ai.responses.{reasoning,tools,metadata}.*",
            "gen_ai.batch.metadata.*",
        ],
        identity: [
            "gen_ai.request.extra_header.*",
            "gen_ai.request.safety_identifier",
            "gen_ai.responses.safety_identifier",
            "gen_ai.virtual_key_*",
            "gen_ai.customer_*",
            "bifrost.virtual_key.*",
            "bifrost.customer.*",
            "virtual_key_*",
        ],
    },
};

/** Attributes with vectors of hundreds of numbers, which cannot be truncated usefully. */
export const VECTORS = [
    "embedding.vector.*",
    "embedding.embeddings.N.embedding.vector.*",
    "ai.embedding.*",
    "ai.embeddings.*",
];

/** Span in which LiteLLM repeats the request and the answer, one attribute a field. */
export const LITELLM_RAW_SPAN = "raw_gen_ai_request";

/** Patterns that were asked for before: each Collector asks for the same hundreds. */
const PATTERNS = new Map<string, string>();

/** An entry of the lists above as a regular expression of Go without anchors. */
export function keyPattern(key: string): string {
    const known = PATTERNS.get(key);
    if (known !== undefined) return known;
    const below = key.endsWith(".*");
    const pattern = (below ? key.slice(0, -2) : key).split(".").map(segmentPattern).join("[.]");
    const whole = below ? `${pattern}([.].*)?` : pattern;
    PATTERNS.set(key, whole);
    return whole;
}

/** One regular expression that matches any of the keys as a whole. */
export function keysPattern(keys: string[]): string {
    return `^(${[...new Set(keys)].sort().map(keyPattern).join("|")})$`;
}

/** The terms of one kind in all vocabularies. Gateways mix vocabularies, so all are used. */
export function termsOf(kind: keyof Terms): string[] {
    return Object.values(VOCABULARIES).flatMap((terms) => terms[kind]);
}

function segmentPattern(segment: string): string {
    if (segment === "N") return "[0-9]+";
    const choices = /^\{(.+)\}$/.exec(segment)?.[1]?.split(",");
    if (choices !== undefined) return `(${choices.map(literal).join("|")})`;
    return segment.split("*").map(literal).join("[^.]*");
}

/** Escapes characters that have a meaning in regular expressions. */
function literal(text: string): string {
    return text.replaceAll(/[\\^$.+?()[\]{}|]/g, "\\$&");
}
