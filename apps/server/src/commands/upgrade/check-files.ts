import { existsSync } from "node:fs";
import type { Config } from "../../config/config.ts";
import { readTokenFile, TokenFileError } from "../../identity/token-file.ts";
import { inFile, PolicyFileError, readPolicyFile } from "../../policy/policy-file.ts";
import { failure, success, warning, type CheckResult } from "./check-result.ts";

/** Whether the policy file can be used, and all of its rules have an effect. */
export function checkPolicy({ policyFile }: Pick<Config, "policyFile">): readonly CheckResult[] {
  const check = "Policy file";
  if (policyFile === undefined) return [];
  try {
    const { mistakes, notes } = readPolicyFile(policyFile);
    if (mistakes.length > 0) return [failure(check, ...mistakes.map((one) => inFile(policyFile, one)))];
    if (notes.length > 0) return [warning(check, ...notes.map((one) => inFile(policyFile, one)))];
    return [success(check)];
  } catch (error) {
    if (!(error instanceof PolicyFileError)) throw error;
    return [failure(check, error.message)];
  }
}

/** Whether the tokens file can be used, where callers are known by one. */
export function checkTokens(
  config: Pick<Config, "keystone" | "tokensFile" | "makesTokensFile" | "policyFile">,
): readonly CheckResult[] {
  const check = "Tokens file";
  const { keystone, tokensFile, makesTokensFile, policyFile } = config;
  if (keystone !== undefined) return [];
  if (makesTokensFile && !existsSync(tokensFile)) {
    return [success(check, "There is none yet; the first start makes it.")];
  }
  try {
    readTokenFile(tokensFile, policyFile === undefined ? "keystone" : "any");
    return [success(check)];
  } catch (error) {
    if (!(error instanceof TokenFileError)) throw error;
    return [failure(check, error.message)];
  }
}
