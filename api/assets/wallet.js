// Wallets in the browser (EIP-1193, announced by EIP-6963): they fill in what the page asks for. The page works
// without this file; it only saves typing. Nothing is sent anywhere but through the page's own forms.
"use strict";

(() => {
  const place = document.getElementById("wallets");
  if (!place) return;
  const known = new Map();

  const hex = (text) => "0x" + Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");

  // What each place asks of a wallet.
  const asks = {
    async address(provider) {
      const [address] = await provider.request({ method: "eth_requestAccounts" });
      // Lower case has no checksum that could be wrong.
      fill("own-wallet-address", address.toLowerCase());
    },
    async signature(provider) {
      const { message, address } = place.dataset;
      await provider.request({ method: "eth_requestAccounts" });
      fill("own-wallet-signature", await provider.request({ method: "personal_sign", params: [hex(message), address] }));
    },
  };

  function fill(id, value) {
    const field = document.getElementById(id);
    field.value = value;
    field.form.requestSubmit();
  }

  async function use(provider) {
    const said = place.querySelector("[role=status]");
    said.textContent = place.dataset.waits;
    try {
      await asks[place.dataset.asks](provider);
    } catch (error) {
      said.textContent = error && error.code === 4001 ? place.dataset.declined : place.dataset.failed;
    }
  }

  function add(id, name, provider) {
    if (known.has(id)) return;
    known.set(id, provider);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    // As text, never as markup: the name is the wallet's own.
    button.textContent = place.dataset.use.replace("%", name);
    button.addEventListener("click", () => use(provider));
    place.querySelector(".actions").append(button);
    place.hidden = false;
  }

  window.addEventListener("eip6963:announceProvider", (event) => {
    const { info, provider } = event.detail || {};
    if (info && provider) add(info.uuid, info.name, provider);
  });
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  // A wallet that does not announce itself.
  setTimeout(() => {
    if (known.size === 0 && window.ethereum) add("ethereum", place.dataset.unnamed, window.ethereum);
  }, 300);
})();
