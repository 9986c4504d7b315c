//! Django projects: which routes a gateway lets through, which files a unit holds, and who migrates.

use std::collections::BTreeMap;

use inferra::app::{Gateway, Id};
use inferra::diag::Severity;
use pretty_assertions::assert_eq;

use crate::project::{compiled, project};

const WSGI: &str = "import os\n\nfrom django.core.wsgi import get_wsgi_application\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"site_of.settings\")\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napplication = get_wsgi_application()\n";

/// A project with these files beside what starts it.
fn django(files: &[(&str, &str)]) -> tempfile::TempDir {
    let mut all: BTreeMap<&str, &str> = BTreeMap::from([
        ("requirements.txt", "django\n"),
        ("site_of/__init__.py", ""),
        ("site_of/wsgi.py", WSGI),
        ("site_of/settings.py", "ROOT_URLCONF = \"site_of.urls\"\n"),
        ("site_of/urls.py", "from django.urls import path\nurlpatterns = [path(\"\", print)]\n"),
    ]);
    all.extend(files.iter().copied());
    project(&all.into_iter().collect::<Vec<_>>())
}

/// `ANY /users/{pk}/` and so on, of the one gateway.
#[track_caller]
fn routes(files: &[(&str, &str)]) -> Vec<String> {
    let folder = django(files);
    let compilation = compiled(folder.path(), "app", &[]);
    let errors: Vec<_> = compilation.diagnostics.iter().filter(|one| one.code.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let gateways = compilation.application.gateways.values();
    gateways.flat_map(Gateway::routes).map(|(_, route)| format!("{} {}", route.method, route.path)).collect()
}

#[track_caller]
fn files(files: &[(&str, &str)]) -> Vec<String> {
    let folder = django(files);
    let compilation = compiled(folder.path(), "app", &[]);
    let unit = compilation.application.units.values().next().unwrap();
    unit.files.iter().map(ToString::to_string).filter(|path| !path.starts_with("site_of/")).collect()
}

#[test]
fn patterns_are_followed_through_lists_modules_and_names() {
    let urls = "
from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path, re_path, register_converter
from shop import urls as shop_urls
from shop.patterns import extra
from . import converters

register_converter(converters.Year, \"yyyy\")
register_converter(converters.Anything, \"any\")
api = [path(\"users/\", print), path(\"users/<int:pk>/\", print)]
urlpatterns = [
    path(\"\", print),
    path(\"api/v1/\", include((api, \"api\"), namespace=\"v1\")),
    path(\"years/<yyyy:year>/\", print),
    path(\"rest/<any:what>/\", print),
    path(\"files/<path:name>\", print),
    path(route=\"named\", view=print),
    path(\"shop/\", include(shop_urls)),
    path(\"by-name/\", include(\"shop.more\")),
    path(\"several/\", include([path(\"a/\", print), path(\"b/\", print)])),
    *extra,
] + static(\"/media/\", document_root=\"media\")
urlpatterns += [re_path(r\"^old/(?P<slug>[-\\w]+)/$\", print)]
if settings.DEBUG:
    urlpatterns.append(path(\"debug/\", print))
";
    let found = routes(&[
        ("site_of/urls.py", urls),
        ("site_of/converters.py", "class Year:\n    regex = r\"\\d{4}\"\n\n\nclass Anything:\n    regex = \".*\"\n"),
        ("shop/__init__.py", ""),
        ("shop/urls.py", "from django import urls\nurlpatterns = [urls.path(\"items/<uuid:id>/\", print)]\n"),
        ("shop/more.py", "from django.urls import path\nurlpatterns = (path(\"x\", print),)\n"),
        ("shop/patterns.py", "from django.urls import path\nextra = [path(\"extra/\", print)]\n"),
    ]);
    let expected = [
        "ANY /",
        "ANY /api/v1/users/",
        "ANY /api/v1/users/{pk}/",
        "ANY /by-name/x",
        "ANY /debug/",
        "ANY /extra/",
        "ANY /files/{name+}",
        "ANY /named",
        "ANY /old/{slug}/",
        "ANY /rest",
        "ANY /rest/{proxy+}",
        "ANY /several/a/",
        "ANY /several/b/",
        "ANY /shop/items/{id}/",
        "ANY /years/{year}/",
    ];
    assert_eq!(found, expected);
}

#[test]
fn modules_that_include_one_another_end() {
    let found = routes(&[
        (
            "site_of/urls.py",
            "from django.urls import include, path\nurlpatterns = [path(\"a/\", include(\"site_of.other\"))]\n",
        ),
        (
            "site_of/other.py",
            "from django.urls import include, path\nurlpatterns = [path(\"\", print), path(\"b/\", include(\"site_of.urls\"))]\n",
        ),
    ]);
    assert_eq!(found, ["ANY /a/"]);
}

#[test]
fn settings_may_be_a_package_that_takes_over_others() {
    let found = routes(&[
        ("site_of/settings.py", ""),
        ("site_of/wsgi.py", &WSGI.replace("site_of.settings", "site_of.config.production")),
        ("site_of/config/__init__.py", ""),
        ("site_of/config/base.py", "ROOT_URLCONF = \"site_of.urls\"\nDEBUG = True\n"),
        ("site_of/config/production.py", "from .base import *\nDEBUG = False\n"),
    ]);
    assert_eq!(found, ["ANY /"]);
}

#[test]
fn a_project_below_a_folder_starts_there() {
    let folder = project(&[
        ("requirements.txt", "django\n"),
        ("backend/manage.py", "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"site_of.settings\")\n"),
        ("backend/site_of/__init__.py", ""),
        (
            "backend/site_of/wsgi.py",
            &WSGI.replace("os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"site_of.settings\")\n", ""),
        ),
        ("backend/site_of/settings.py", "ROOT_URLCONF = \"site_of.urls\"\nINSTALLED_APPS = [\"shop\"]\n"),
        ("backend/site_of/urls.py", "from django.urls import path\nurlpatterns = [path(\"\", print)]\n"),
        ("backend/shop/models.py", ""),
    ]);
    let compilation = compiled(folder.path(), "app", &[]);
    let unit = &compilation.application.units[&Id::new("main").unwrap()];
    assert_eq!(unit.import_roots, ["backend"]);
    assert_eq!(unit.variables["DJANGO_SETTINGS_MODULE"], "site_of.settings");
    let files: Vec<_> = unit.files.iter().map(ToString::to_string).collect();
    assert!(files.contains(&"backend/shop/models.py".to_owned()) && files.contains(&"backend/manage.py".to_owned()));
    let entry = String::from_utf8(compilation.files.unwrap()["units/main/inferra_entry.py"].to_vec()).unwrap();
    assert!(entry.contains("os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"site_of.settings\")"), "{entry}");
}

#[test]
fn an_application_is_its_folder_without_its_tests() {
    let settings = "
import os
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
OLD = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT_URLCONF = \"site_of.urls\"
LOCAL = [\"shop\", \"accounts.apps.AccountsConfig\"]
INSTALLED_APPS = [\"django.contrib.admin\"] + LOCAL
MIDDLEWARE = [\"tools.middleware.Timing\"]
TEMPLATES = [{\"BACKEND\": \"x\", \"DIRS\": [BASE_DIR / \"pages\", os.path.join(OLD, \"more\", \"pages\")]}]
LOCALE_PATHS = (str(BASE_DIR.joinpath(\"locale\")),)
STATICFILES_DIRS = [(\"vendor\", \"assets\")]
LOGGING = {\"handlers\": {\"x\": {\"class\": \"tools.logs.Handler\"}}}
";
    let found = files(&[
        ("manage.py", ""),
        ("site_of/settings.py", settings),
        ("shop/__init__.py", ""),
        ("shop/management/commands/tidy.py", ""),
        ("shop/migrations/0001_initial.py", ""),
        ("shop/templates/shop/a.html", ""),
        ("shop/tests/test_it.py", ""),
        ("shop/tests.py", ""),
        ("shop/test_views.py", ""),
        ("shop/db.sqlite3", ""),
        ("accounts/__init__.py", ""),
        ("accounts/apps.py", ""),
        ("accounts/locale/de/LC_MESSAGES/django.mo", ""),
        ("tools/__init__.py", ""),
        ("tools/middleware.py", ""),
        ("tools/logs.py", ""),
        ("tools/unused.py", ""),
        ("pages/base.html", ""),
        ("more/pages/b.html", ""),
        ("locale/de.po", ""),
        ("assets/site.css", ""),
        ("other/c.html", ""),
    ]);
    let expected = [
        "accounts/__init__.py",
        "accounts/apps.py",
        "accounts/locale/de/LC_MESSAGES/django.mo",
        "assets/site.css",
        "locale/de.po",
        "manage.py",
        "more/pages/b.html",
        "pages/base.html",
        "requirements.txt",
        "shop/__init__.py",
        "shop/management/commands/tidy.py",
        "shop/migrations/0001_initial.py",
        "shop/templates/shop/a.html",
        "tools/__init__.py",
        "tools/logs.py",
        "tools/middleware.py",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_unit_that_serves_the_project_migrates_its_database() {
    let settings = "ROOT_URLCONF = \"site_of.urls\"\n\n# @klotho::persist { id = \"db\" }\nDATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.sqlite3\"}}\n";
    let worker = "# @klotho::execution_unit { id = \"a-worker\" }\nimport os\nos.environ[\"DJANGO_SETTINGS_MODULE\"] = \"site_of.settings\"\nprint()\n";
    let folder = django(&[
        ("site_of/settings.py", settings),
        ("site_of/wsgi.py", &format!("# @klotho::execution_unit {{ id = \"web\" }}\n\n{WSGI}")),
        ("worker.py", worker),
        ("inferra.toml", "[execution_unit.by_id.a-worker]\ncompute = \"ecs\"\n"),
    ]);
    let compilation = compiled(folder.path(), "app", &[]);
    let migrating: Vec<_> = compilation
        .application
        .units
        .values()
        .filter(|unit| unit.migration.is_some())
        .map(|unit| unit.id.as_str())
        .collect();
    assert_eq!(migrating, ["web"], "{:#?}", compilation.diagnostics);
    let files = compilation.files.unwrap();
    let text = |path: &str| String::from_utf8(files[path].to_vec()).unwrap();
    assert!(text("units/web/inferra_entry.py").contains("jobs={\"migrate\": \"inferra_runtime.django:migrate\"}"));
    assert!(!text("units/a-worker/inferra_entry.py").contains("migrate"));
    assert!(text("units/a-worker/inferra_requirements.txt").contains("psycopg[binary]"));
}

#[test]
fn a_driver_that_is_there_is_enough() {
    let settings = "ROOT_URLCONF = \"site_of.urls\"\n\n# @klotho::persist { id = \"db\" }\nDATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.postgresql\"}}\n";
    for (own, added) in [("psycopg2-binary==2.9.10", false), ("psycopg2", false), ("psycopg==3.3.9", true)] {
        let folder = django(&[("site_of/settings.py", settings), ("requirements.txt", &format!("django\n{own}\n"))]);
        let files = compiled(folder.path(), "app", &[]).files.unwrap();
        let list = String::from_utf8(files["units/main/inferra_requirements.txt"].to_vec()).unwrap();
        assert_eq!(list.contains("psycopg[binary]"), added, "{list}");
    }
}
