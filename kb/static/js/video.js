// A video of another site: nothing is asked of it before the reader presses play.
// Players that the site's policy allows are framed in place; any other link simply opens.
const PLAYERS = new Set(["www.youtube-nocookie.com", "player.vimeo.com", "geo.dailymotion.com"]);

function player(figure, link) {
  const address = new URL(figure.dataset.videoSrc);
  if (figure.dataset.videoFile) {
    const video = document.createElement("video");
    Object.assign(video, { controls: true, autoplay: true, src: address.href });
    video.setAttribute("aria-label", link.textContent);
    return video;
  }
  if (!PLAYERS.has(address.host)) return null;
  address.searchParams.set("autoplay", "1");
  const frame = document.createElement("iframe");
  Object.assign(frame, { src: address.href, title: link.textContent });
  frame.allow = "autoplay; fullscreen; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  return frame;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("figure[data-video-src] > a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const shown = player(link.parentElement, link);
  if (!shown) return;
  event.preventDefault();
  link.replaceWith(shown);
  shown.focus();
});
