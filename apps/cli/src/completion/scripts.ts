/** The shells that the command knows to complete in. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/**
 * The script of each shell. It hands the typed words to `imagetags complete` and takes the lines that this prints.
 * The first line says what follows: `words`, or `files` for the shell's own completion of file names. No line is ever
 * evaluated, because anybody may name an image.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: String.raw`# Completion of imagetags in bash. In ~/.bashrc: source <(imagetags completion bash)
_imagetags() {
  local kind="" line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
  done < <(imagetags complete bash -- "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  if [[ $kind == files ]]; then compopt -o default; fi
}
complete -F _imagetags imagetags
`.replaceAll("\\$", "$"),
  zsh: String.raw`#compdef imagetags
# Completion of imagetags in zsh. In ~/.zshrc, after compinit: source <(imagetags completion zsh)
_imagetags() {
  local kind line
  local -a matches shown
  while IFS= read -r line; do
    if [[ -z $kind ]]; then
      kind=$line
    else
      matches+=("\${line%%$'\t'*}")
      shown+=("\${line/$'\t'/  -- }")
    fi
  done < <(imagetags complete zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  if [[ $PREFIX == --*=* ]]; then compset -P '--*='; fi
  case $kind in
    files) _files ;;
    *) compadd -l -d shown -a matches ;;
  esac
}
if [[ $funcstack[1] == _imagetags ]]; then _imagetags "$@"; else compdef _imagetags imagetags; fi
`.replaceAll("\\$", "$"),
  fish: String.raw`# Completion of imagetags in fish. Save it as ~/.config/fish/completions/imagetags.fish
function __imagetags_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l lines (imagetags complete fish -- $words[2..-1] 2>/dev/null)
  if test "$lines[1]" = files
    __fish_complete_path (commandline -ct)
  else
    string join \n -- $lines[2..-1]
  end
end
complete -c imagetags -e
complete -c imagetags -f -a '(__imagetags_complete)'
`,
};
