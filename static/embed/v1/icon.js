/**
 * @param {string} name
 * @param {string} lines on a ground of 24 by 24
 */
export function createIcon(name, lines) {
  const svg = "http://www.w3.org/2000/svg";
  const [icon, path] = [document.createElementNS(svg, "svg"), document.createElementNS(svg, "path")];
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("class", name);
  icon.ariaHidden = "true";
  path.setAttribute("d", lines);
  icon.append(path);
  return icon;
}
