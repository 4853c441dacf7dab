"""The addresses of the first version; what they answer only ever grows."""

from django.urls import path

from digest.api import document, views

urlpatterns = [
    path("openapi.json", document.openapi, name="openapi"),
    path("articles", views.articles, name="articles"),
    path("articles/<int:pk>", views.article, name="article"),
    path("sections", views.sections, name="sections"),
    path("sections/<str:slug>", views.section, name="section"),
    path("tags", views.tags, name="tags"),
    path("tags/<str:slug>", views.tag, name="tag"),
    path("papers", views.papers, name="papers"),
    path("papers/<int:pk>", views.paper, name="paper"),
    path("", views.nothing, name="root"),
    path("<path:rest>", views.nothing),
]
