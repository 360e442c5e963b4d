// The first field that is wrong gets the focus; without a field, the summary itself.
export default function firstError(summary) {
  const link = summary.querySelector('a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  (field ?? summary).focus();
}
