# 利用者台帳
field-role = 役割
field-department = 部署
field-valid-from = 利用の開始日
field-valid-until = 利用の最終日
field-most-bytes = 1回に送れる容量
field-most-recipients = 1回に送れる宛先の数
field-most-keep-hours = 保管できる時間
field-domains = 送ってよいドメイン
field-successor = 後任
