// Before anything is drawn, in JavaScript that old browsers read, too: the theme that was
// chosen here last time, and what the page's modules cannot tell where they do not run.
(function () {
  var hasModules = 'noModule' in document.createElement('script');

  try {
    var theme = localStorage.getItem('usher-theme');
    if (theme === 'dark' || theme === 'light') document.documentElement.setAttribute('data-theme', theme);
  } catch (error) {
    // Storage may be forbidden. The system's preference holds then.
  }

  // boot.js tells its problems here, too.
  window.tellProblem = function (problem) {
    var place = document.getElementById('page-problem');
    if (!place) {
      document.addEventListener('DOMContentLoaded', function () { window.tellProblem(problem); });
      return;
    }
    place.querySelector('p').textContent = problem;
    place.querySelector('button').onclick = function () { location.reload(); };
    place.hidden = false;
  };

  if (!hasModules) {
    window.tellProblem('Usher needs JavaScript modules, and this browser has none. Open the page in a current browser.');
  }
  // A script that does not load tells it of itself alone.
  window.addEventListener('error', function (event) {
    if (event.target && event.target.id === 'boot') {
      window.tellProblem('The page\u2019s code did not load. Check the connection, then load the page again.');
    } else if (hasModules && event.error instanceof SyntaxError) {
      window.tellProblem('This browser does not understand the page\u2019s code. Open the page in a current browser.');
    }
  }, true);
})();
