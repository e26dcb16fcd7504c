/** What a page does for a reader who has an account: it fetches a token and hands it on. */
const button = document.querySelector('#account');
const told = document.querySelector('#told');
const thread = document.querySelector('afterword-thread');
let signedIn = false;
let renewal;

function show(text) {
  button.textContent = signedIn ? 'Sign out' : 'Sign in as Ada';
  told.textContent = text;
}

async function signIn() {
  const answer = await fetch('/signed-in/token');
  if (!answer.ok) return show('Another server signs for the readers of this site.');
  const { token } = await answer.json();
  signedIn = await thread.login(token);
  clearTimeout(renewal);
  // Well before its five minutes are over, so that nobody sees one follow the other.
  if (signedIn) renewal = setTimeout(signIn, 4 * 60_000);
  show(signedIn ? 'You are Ada here.' : 'That did not work. Try again in a moment.');
}

button.addEventListener('click', () => (signedIn ? thread.logout() : signIn()));

document.addEventListener('afterword:signed-out', ({ detail }) => {
  signedIn = false;
  clearTimeout(renewal);
  if (detail.reason === 'expired') signIn();
  else show('');
});
