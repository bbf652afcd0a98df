/** The variables that say which cloud, for the help and the manual pages. */
export const ENVIRONMENT = [
  ["IMAGETAGS_ENDPOINT", "the image service without Keystone, where no option says which cloud"],
  ["IMAGETAGS_TOKEN", "its token"],
  ["IMAGETAGS_TOKEN_FILE", "a file that holds its token"],
  ["OS_CLOUD", "a cloud of clouds.yaml"],
  ["OS_...", "openstackclient's other variables, such as OS_AUTH_URL, OS_USERNAME and OS_PASSWORD"],
  ["NO_COLOR", "no bold heads"],
] as const;

/** Where clouds are looked for. */
export const FILES = [
  ["clouds.yaml", "in the current folder, ~/.config/openstack or /etc/openstack: the clouds"],
  ["secure.yaml", "beside it: their secrets, where these are kept apart"],
] as const;

/** What the exit codes mean. */
export const EXIT_CODES = [
  ["0", "done"],
  ["1", "something failed, or the answer to the question was no"],
  ["2", "wrong usage, or no telling which cloud; nothing was done. Also: Node.js is too old"],
  ["130, 143", "ended by Ctrl-C, by SIGTERM"],
  ["141", "nobody reads the output"],
] as const;
