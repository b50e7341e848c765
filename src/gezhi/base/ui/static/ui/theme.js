// Follow the system between light and dark. A plain script in the head, so that no page flashes.
const system = matchMedia("(prefers-color-scheme: dark)");
const follow = () => (document.documentElement.dataset.bsTheme = system.matches ? "dark" : "light");
system.addEventListener("change", follow);
follow();
