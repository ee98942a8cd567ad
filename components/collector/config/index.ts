export { ENV, PORTS, TOKEN_FILE } from "../constants";
export { collectorConfig, configObject, configText, renderedConfig } from "./render";
