// The pages work without this file. It counts the time down as text, says it aloud now and then, and asks the server
// when the time is over: the server alone decides.
const shown = document.getElementById("time-left");
if (shown) {
  const said = document.getElementById("time-said");
  const until = performance.now() + Number(shown.dataset.seconds) * 1000;
  const figure = shown.querySelector("strong");
  const aloud = new Set([10, 5, 1]);
  const tick = () => {
    const left = Math.max(0, Math.round((until - performance.now()) / 1000));
    const minutes = Math.floor(left / 60);
    figure.textContent = `${minutes} ${shown.dataset.minutes} ${left % 60} ${shown.dataset.secondsWord}`;
    if (left % 60 === 0 && aloud.has(minutes)) {
      said.textContent = said.dataset.said.replace("{}", String(minutes));
    }
    if (left === 0) {
      clearInterval(timer);
      setTimeout(() => window.location.reload(), 1500);
    }
  };
  const timer = setInterval(tick, 1000);
}
