// Wallets in the browser (EIP-1193, announced by EIP-6963): they fill in what the page asks for, and sign the transfer
// that the page prepared. Every page works without this file. What is filled in goes out through the page's own forms;
// a transaction goes from the wallet to its network, once its owner has agreed.
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
    async typed(provider) {
      const { typed, address } = place.dataset;
      await provider.request({ method: "eth_requestAccounts" });
      // The identifier has still to sign: the form waits for it.
      put("own-wallet-signature", await provider.request({ method: "eth_signTypedData_v4", params: [address, typed] }));
      say("given");
    },
    async transaction(provider) {
      const { from, to, data, chain } = place.dataset;
      const accounts = await provider.request({ method: "eth_requestAccounts" });
      if (!accounts.some((account) => account.toLowerCase() === from.toLowerCase())) return say("other");
      const chainId = "0x" + Number(chain).toString(16);
      if (Number(await provider.request({ method: "eth_chainId" })) !== Number(chain)) {
        await provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
      }
      const hash = await provider.request({ method: "eth_sendTransaction", params: [{ from, to, data, value: "0x0", chainId }] });
      // It is on its way: a second press would send it a second time.
      place.querySelector(".actions").remove();
      say("sent", hash);
    },
  };

  // Says one of the page's own sentences, with a name where it has a place for one.
  function say(word, name = "") {
    place.querySelector("[role=status]").textContent = place.dataset[word].replace("%", () => name);
  }

  function put(id, value) {
    const field = document.getElementById(id);
    field.value = value;
    return field;
  }

  function fill(id, value) {
    put(id, value).form.requestSubmit();
  }

  async function use(provider) {
    say("waits");
    try {
      await asks[place.dataset.asks](provider);
    } catch (error) {
      say(error && error.code === 4001 ? "declined" : "failed");
    }
  }

  function add(id, name, provider) {
    if (known.has(id)) return;
    known.set(id, provider);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    // As text, never as markup: the name is the wallet's own.
    button.textContent = place.dataset.use.replace("%", () => name);
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
