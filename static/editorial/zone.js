// The desk tells times in the zone of whoever sits there; without a script, in the site's.
"use strict";
{
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (zone) document.cookie = `digest_zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
}
