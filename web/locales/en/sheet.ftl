## Notice sheet: its forms, the fax cover

sheet-form = Form of the notice sheet
sheet-form-letter = Letter (window envelope DL; 長形3号 for Japanese)
sheet-form-fax = Fax (one page that is its own cover)
sheet-form-hint = What is printed has this form, also from the browser’s own menu. The number stays on paper only.
sheet-fax = Fax
sheet-fax-to = To
sheet-fax-number = Fax number
sheet-fax-from = From
sheet-fax-date = Date
sheet-fax-pages = Pages
sheet-fax-one-page = 1 (this page only)
sheet-fax-call = Phone us to confirm when you have received this page.
sheet-fax-confidential = This page holds a number that is meant for the addressee alone. If you are not the addressee, do not use or copy it: phone the sender, then destroy this page.
sheet-fax-page-count = { $pages }, with this one
