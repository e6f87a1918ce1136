"""Several price books may begin on one day: the last issued holds, as long as nothing was billed at another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("settlement", "0005_rows")]

    operations = [
        migrations.AlterModelOptions("pricebook", {"ordering": ["from_on", "id"]}),
        migrations.AlterField("pricebook", "from_on", models.DateField()),
        migrations.AddIndex("pricebook", models.Index(fields=["from_on", "id"], name="price_book_by_day")),
    ]
