/** Checks: what BuildKit itself says about a Dockerfile's text, before anybody builds. */
export { Checks } from './checks';
