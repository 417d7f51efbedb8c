"""Put the catalogue at the root of the one site, in place of Wagtail's welcome page, so that it lives at /kurser/."""

from django.db import migrations

SLUG = "kurser"


def plant(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Locale = apps.get_model("wagtailcore", "Locale")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    CatalogueIndex = apps.get_model("courses", "CatalogueIndex")
    root = Page.objects.get(depth=1)
    Site.objects.update(root_page=root, site_name="Lärnära")
    Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()
    _clear_away(apps)
    content_type, _made = ContentType.objects.get_or_create(app_label="courses", model="catalogueindex")
    CatalogueIndex.objects.create(
        title="Kurser",
        draft_title="Kurser",
        slug=SLUG,
        content_type=content_type,
        path=f"{root.path}0001",
        depth=2,
        numchild=0,
        url_path=f"/{SLUG}/",
        locale=Locale.objects.first(),
        live=True,
    )
    root.numchild = Page.objects.filter(depth=2).count()
    root.save(update_fields=["numchild"])


def _clear_away(apps):
    """Wagtail's example groups and workflow give rights to nobody here; access comes from the roles of `people`."""
    apps.get_model("wagtailcore", "Workflow").objects.all().delete()
    apps.get_model("wagtailcore", "GroupApprovalTask").objects.all().delete()
    apps.get_model("wagtailcore", "Task").objects.all().delete()
    apps.get_model("auth", "Group").objects.filter(name__in=["Moderators", "Editors"]).delete()


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial"), ("wagtailcore", "0098_apitoken")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
