// A scanned slip carries its code behind the number sign: put it into the form, unseen by servers.
const code = decodeURIComponent(location.hash.slice(1));
const input = document.getElementById("id_code");
if (code && input) {
  input.value = code;
  history.replaceState(null, "", location.pathname);
}
