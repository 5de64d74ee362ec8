// What a browser does not allow at this address: over plain http it holds back what the phone page lives on.

import { html } from "./ui.js";

export const isSecure = globalThis.isSecureContext !== false;

// In both languages at once: whoever sees it has not chosen one yet, and may have to show it to somebody.
export const AddressNotice = () =>
  isSecure
    ? ""
    : html`
      <section class="notice" aria-label="网址不安全 Not a secure address" data-part="address">
        <p lang="zh-CN"><strong>这个网址不是 https，浏览器不允许手机端：</strong>
          没有网络时打开页面；取位置（要自己选网格）；关掉页面后自动发送；保证不清理手机里保存的内容。
          登录以后，拍照、上报、办理照常，有网络时发送；如果不让登录，只能改用 https 网址。
          请管理员改用 https 网址：用 gezhi tls make 做证书，以 gezhi up --tls 启动，或放在 https 代理后面。</p>
        <p lang="en"><strong>This address is not https, so the browser does not let this page:</strong>
          open without network; find the place (choose the grid yourself); send after the page is closed;
          be sure that what is saved on the phone is not cleared.
          Once you are signed in, photos, reports and tasks work, and are sent while there is network; if signing in is
          refused, only an https address helps. Ask the administrator for an https address: make a certificate with
          gezhi tls make and start with gezhi up --tls, or stand behind an https proxy.</p>
      </section>`;
